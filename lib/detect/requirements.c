/* requirements.c - the Python packages that a project asks for, over all files that include
 * each other. */
#include "pep/requirements.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
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

static int read_packages(struct closure *c, const struct cog_config *config)
{
    const json_t *item;
    size_t index;
    int result = 0;

    json_array_foreach(config->python_packages, index, item) {
        auto_free char *pointer = cog_printf("/build/python_packages/%zu", index);
        result |= cog_requirements_add(c->packages, json_string_value(item),
                                       cog_config_at(config, pointer), c->scan->diags);
    }
    return result;
}

static int read_all(struct closure *c, const struct cog_config *config)
{
    int result = read_packages(c, config);

    if (!config->python_requirements)
        return result;
    struct cog_pos at = cog_config_at(config, "/build/python_requirements");
    auto_free char *path = cog_path_inside("", config->python_requirements);
    if (!path)
        return cog_report(c->scan->diags, COG_ERROR, at, "requirements.outside",
                          "%s is outside of the project's folder",
                          config->python_requirements);
    return result | read_file(c, path, false, at);
}

/* Frameworks that later decide about accelerators, with the version when it is pinned. */
static void add_frameworks(const struct cog_scan *scan, const json_t *packages)
{
    static const char *const names[] = {"jax", "onnxruntime", "tensorflow", "torch"};
    json_t *frameworks = json_object();
    const json_t *item;
    size_t index;

    json_array_foreach(packages, index, item) {
        const char *name = json_string_value(json_object_get(item, "name"));
        const char *specifier = json_string_value(json_object_get(item, "specifier"));
        bool pinned = strncmp(specifier, "==", 2) == 0 && !strpbrk(specifier, ",*");
        for (size_t i = 0; i < sizeof names / sizeof *names; i++)
            if (strcmp(name, names[i]) == 0)
                json_object_set_new(frameworks, name,
                                    json_pack("{s:s?, s:O}", "version",
                                              pinned ? specifier + 2 : NULL, "origin",
                                              json_object_get(item, "origin")));
    }
    json_object_set_new(scan->facts, "frameworks", frameworks);
}

int cog_detect_requirements(const struct cog_scan *scan)
{
    struct closure closure = {scan, json_array(), json_array(), json_object()};
    int result = read_all(&closure, scan->config);

    add_frameworks(scan, closure.packages);
    if (json_array_size(closure.packages))
        json_object_set_new(scan->facts, "manager", json_string("pip"));
    json_object_set_new(scan->facts, "requirements", closure.packages);
    json_object_set_new(scan->facts, "pip_options", closure.options);
    json_decref(closure.seen);
    return result;
}
