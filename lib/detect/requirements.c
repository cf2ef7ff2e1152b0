/* requirements.c - what a pip requirements file asks for, over all files that include each
 * other. */
#include "pep/requirements.h"

#include "base/auto.h"
#include "base/path.h"
#include "detect/detect.h"

struct closure {
    const struct cog_scan *scan;
    json_t *packages, *options;
    json_t *seen; /* files that were read, by path */
};

static int read_file(struct closure *c, const char *path, bool constraint,
                     struct cog_pos at);

static struct cog_pos position_of(const json_t *item)
{
    const json_t *origin = json_object_get(item, "origin");

    return (struct cog_pos){
        .file = json_string_value(json_object_get(origin, "file")),
        .line = (unsigned)json_integer_value(json_object_get(origin, "line")),
    };
}

static int read_includes(struct closure *c, const json_t *files, const char *from,
                         bool constraint)
{
    const json_t *item;
    size_t index;
    int result = 0;

    json_array_foreach(files, index, item) {
        const char *path = json_string_value(json_object_get(item, "path"));
        auto_free char *inside = cog_path_inside(from, path);
        bool constrains = constraint || json_is_true(json_object_get(item, "constraint"));
        if (!inside)
            result |= cog_report(c->scan->diags, COG_ERROR, position_of(item),
                                 "requirements.outside",
                                 "%s is outside of the project's folder", path);
        else
            result |= read_file(c, inside, constrains, position_of(item));
    }
    return result;
}

static void collect(struct closure *c, const struct cog_requirements *found,
                    bool constraint)
{
    json_t *item;
    size_t index;

    json_array_foreach(found->packages, index, item) {
        json_object_set_new(item, "constraint", json_boolean(constraint));
    }
    json_array_extend(c->packages, found->packages);
    json_array_extend(c->options, found->options);
}

/* `at` is what names the file. */
static int read_file(struct closure *c, const char *path, bool constraint,
                     struct cog_pos at)
{
    struct cog_requirements found;

    if (json_object_get(c->seen, path))
        return 0; /* pip, too, reads a file that is included twice */
    json_object_set_new(c->seen, path, json_true());
    auto_free char *text = cog_scan_read(c->scan, path);
    if (!text)
        return cog_report(c->scan->diags, COG_ERROR, at, "requirements.missing",
                          "there is no file %s", path);
    if (cog_requirements_read(&found, text, path, c->scan->diags) < 0)
        return -1;
    collect(c, &found, constraint);
    int result = read_includes(c, found.files, path, constraint);
    cog_requirements_release(&found);
    return result;
}

int cog_detect_requirements(const struct cog_scan *scan, const char *path,
                            struct cog_pos at)
{
    struct closure closure = {scan, json_object_get(scan->facts, "requirements"),
                              json_object_get(scan->facts, "pip_options"), json_object()};
    auto_free char *inside = cog_path_inside("", path);
    int result = inside ? read_file(&closure, inside, false, at)
                        : cog_report(scan->diags, COG_ERROR, at, "requirements.outside",
                                     "%s is outside of the project's folder", path);
    json_decref(closure.seen);
    return result;
}
