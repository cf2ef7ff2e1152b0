/* requirements.c - what a pip requirements file asks for, over all files that include each
 * other. */
#include "pep/requirements.h"

#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/doc.h"
#include "base/path.h"
#include "base/text.h"
#include "detect/detect.h"
#include "detect/local.h"
#include "pep/encoding.h"
#include "pep/package.h"
#include "pep/url.h"

enum { MAX_FILE_BYTES = 4 << 20, MAX_DEPTH = 64 };

struct closure {
    const struct cog_scan *scan;
    json_t *seen;      /* files that were read, by "r " or "c " and path */
    json_t *variables; /* names, as a set */
    bool no_index;
};

/* A file that is being read, and what includes it. */
struct link {
    const char *path;
    bool constraint;
    unsigned depth;
    const struct link *above;
};

static int read_file(struct closure *c, const struct link *link, struct cog_pos at);

/* The list of a fact, made when it is not there. Borrowed. */
static json_t *list_of(const struct closure *c, const char *fact)
{
    json_t *list = json_object_get(c->scan->facts, fact);

    if (!list) {
        list = json_array();
        json_object_set_new(c->scan->facts, fact, list);
    }
    return list;
}

/* pip wants a version control URL's constraint named, and so on. */
static int check_constraint(const struct closure *c, const json_t *package)
{
    const char *what = NULL;

    if (!json_is_string(json_object_get(package, "name")))
        what = "a package without a name";
    else if (json_is_true(json_object_get(package, "editable")))
        what = "an editable package";
    else if (json_array_size(json_object_get(package, "extras")))
        what = "a package with extras";
    if (!what)
        return 0;
    return cog_report(c->scan->diags, COG_ERROR, cog_member_origin(package),
                      "requirements.constraint",
                      "%s cannot be a constraint: pip refuses it", what);
}

/* What pip says late or not at all about a file or folder. */
static int check_path(const struct closure *c, const json_t *package, const char *path,
                      struct cog_pos at)
{
    bool folder = cog_local_is_folder(c->scan, path);
    bool editable = json_is_true(json_object_get(package, "editable"));
    const char *what = NULL;

    if (folder && !cog_local_is_package(c->scan, path))
        what = "has neither a pyproject.toml nor a setup.py, so it is not a package";
    else if (!folder && editable)
        what = "is not a folder, so it cannot be editable";
    else if (!folder && !cog_is_archive(path))
        what =
            "is not a folder, wheel or archive; include another requirements file with -r";
    if (!what)
        return 0;
    return cog_report(c->scan->diags, COG_ERROR, at, "requirements.path", "%s %s", path,
                      what);
}

/* pip takes these as relative to where it is started: the project's folder. */
static int place(const struct closure *c, json_t *package)
{
    const char *written = json_string_value(json_object_get(package, "path"));
    struct cog_pos at = cog_member_origin(package);

    if (!written)
        return 0;
    auto_free char *path = cog_local_find(c->scan, "", written, at);
    if (!path || check_path(c, package, path, at) < 0)
        return -1;
    return cog_package_place(package, path, at, c->scan->diags);
}

static int add_package(const struct closure *c, json_t *package, const struct link *link)
{
    json_object_set_new(package, "constraint", json_boolean(link->constraint));
    json_array_append(list_of(c, "requirements"), package);
    int result = link->constraint ? check_constraint(c, package) : 0;
    return result | place(c, package);
}

/* A folder or page of links. pip looks beside the file first. */
static int place_links(const struct closure *c, json_t *fact, const char *value)
{
    struct cog_pos at = cog_member_origin(fact);
    auto_free char *named =
        strncasecmp(value, "file:", 5) == 0 ? cog_url_file(value) : cog_strdup(value);
    json_auto_t *valid = named ? json_string(named) : NULL;
    bool beside = valid && cog_local_exists(c->scan, at.file, named);
    size_t length;

    if (cog_url_variable(value, &length))
        return cog_report(c->scan->diags, COG_ERROR, at, "requirements.variable",
                          "which folder is meant is not known yet; write the path out: %s",
                          value);
    auto_free char *path =
        valid ? cog_local_find(c->scan, beside ? at.file : "", named, at) : NULL;
    if (!valid)
        return cog_report(c->scan->diags, COG_ERROR, at, "requirements.path",
                          "a file name is missing: %s", value);
    if (!path)
        return -1;
    auto_free char *here = cog_printf("./%s", strcmp(path, ".") == 0 ? "" : path);
    auto_free char *text = cog_requirements_option("--find-links", here);
    json_object_set_new(fact, "text", json_string(text));
    json_object_set_new(fact, "path", json_string(path));
    return 0;
}

/* As pip has them in the end: an index replaces those before it, and --no-index all. */
static void add_index(struct closure *c, const char *name, const char *url,
                      const json_t *origin)
{
    bool main = strcmp(name, "--index-url") == 0;
    bool none = strcmp(name, "--no-index") == 0;

    c->no_index |= none;
    if (main || none)
        json_array_clear(list_of(c, "indexes"));
    if (!c->no_index)
        json_array_append_new(list_of(c, "indexes"),
                              json_pack("{s:n, s:s, s:b, s:b, s:O}", "name", "url", url,
                                        "default", main, "explicit", 0, "origin", origin));
}

static int add_option(struct closure *c, const json_t *option)
{
    const char *name = json_string_value(json_object_get(option, "name"));
    const char *value = json_string_value(json_object_get(option, "value"));
    json_t *origin = json_object_get(option, "origin");
    json_t *fact =
        json_pack("{s:O, s:O}", "text", json_object_get(option, "text"), "origin", origin);

    json_array_append_new(list_of(c, "pip_options"), fact);
    if (strstr(name, "index"))
        add_index(c, name, value, origin);
    bool local = strcmp(name, "--find-links") == 0 &&
                 (!cog_is_url(value) || strncasecmp(value, "file:", 5) == 0);
    return local ? place_links(c, fact, value) : 0;
}

static void add_variable(const struct closure *c, json_t *variable)
{
    const char *name = json_string_value(json_object_get(variable, "name"));

    if (json_object_get(c->variables, name))
        return;
    json_object_set_new(c->variables, name, json_true());
    json_array_append(list_of(c, "variables"), variable);
}

static int include(struct closure *c, const json_t *file, const struct link *above)
{
    const char *written = json_string_value(json_object_get(file, "path"));
    struct cog_pos at = cog_member_origin(file);

    if (cog_is_url(written))
        return cog_report(c->scan->diags, COG_ERROR, at, "requirements.remote",
                          "a requirements file at a URL can change with every build; save "
                          "it in the project and name it here: %s",
                          written);
    auto_free char *path = cog_local_find(c->scan, above->path, written, at);
    const struct link link = {path, json_is_true(json_object_get(file, "constraint")),
                              above->depth + 1, above};
    return path ? read_file(c, &link, at) : -1;
}

static int act(struct closure *c, const json_t *entry, const struct link *link)
{
    json_t *package = json_object_get(entry, "package");
    const json_t *option = json_object_get(entry, "option");
    const json_t *file = json_object_get(entry, "file");

    if (package)
        return add_package(c, package, link);
    if (option)
        return add_option(c, option);
    if (file)
        return include(c, file, link);
    add_variable(c, json_object_get(entry, "variable"));
    return 0;
}

/* Says how a file comes to include itself: "a -> b -> a". */
static int check_chain(const struct closure *c, const struct link *link, struct cog_pos at)
{
    const struct link *first = link->above;

    if (link->depth > MAX_DEPTH)
        return cog_report(c->scan->diags, COG_ERROR, at, "requirements.depth",
                          "more than %d files include each other", MAX_DEPTH);
    while (first && strcmp(first->path, link->path) != 0)
        first = first->above;
    if (!first)
        return 0;
    auto_free char *chain = cog_strdup(link->path);
    for (const struct link *l = link->above;; l = l->above) {
        char *longer = cog_printf("%s -> %s", l->path, chain);
        free(chain);
        chain = longer;
        if (l == first)
            break;
    }
    return cog_report(c->scan->diags, COG_ERROR, at, "requirements.cycle",
                      "%s includes itself: %s", link->path, chain);
}

static int read_entries(const struct closure *c, const char *path, json_t *entries)
{
    struct cog_diags *diags = c->scan->diags;
    auto_free char *full = cog_path_join(c->scan->root, path);
    size_t size;
    auto_free char *bytes = cog_read_file(full, MAX_FILE_BYTES, &size, diags);
    auto_free char *text = bytes ? cog_encoding_decode(bytes, size, path, diags) : NULL;

    return text ? cog_requirements_read(entries, text, path, diags) : -1;
}

/* `at` is what names the file. A file that two others include is read once. */
static int read_file(struct closure *c, const struct link *link, struct cog_pos at)
{
    auto_free char *key = cog_printf("%c %s", link->constraint ? 'c' : 'r', link->path);
    auto_free char *other = cog_printf("%c %s", link->constraint ? 'r' : 'c', link->path);
    const json_t *entry;
    size_t index;

    if (check_chain(c, link, at) < 0)
        return -1;
    if (json_object_get(c->seen, key))
        return 0;
    json_object_set_new(c->seen, key, json_true());
    if (!json_object_get(c->seen, other))
        json_array_append_new(list_of(c, "requirement_files"), json_string(link->path));
    json_auto_t *entries = json_array();
    int result = read_entries(c, link->path, entries);
    json_array_foreach(entries, index, entry) {
        result |= act(c, entry, link);
    }
    return result;
}

int cog_detect_requirements(const struct cog_scan *scan, const char *path,
                            struct cog_pos at)
{
    struct closure closure = {scan, json_object(), json_object(), false};
    auto_free char *found = cog_local_find(scan, "", path, at);
    const struct link link = {.path = found};
    int result = found ? read_file(&closure, &link, at) : -1;

    json_decref(closure.seen);
    json_decref(closure.variables);
    return result;
}

int cog_detect_requirement_lines(const struct cog_scan *scan)
{
    struct closure closure = {scan, json_object(), json_object(), false};
    const struct link link = {.path = ""};
    json_auto_t *entries = json_array();
    const json_t *item;
    size_t index;
    int result = 0;

    json_array_foreach(scan->config->python_packages, index, item) {
        auto_free char *pointer = cog_pointer_index("/build/python_packages", index);
        result |=
            cog_requirements_read_line(entries, json_string_value(item),
                                       cog_config_at(scan->config, pointer), scan->diags);
    }
    json_array_foreach(entries, index, item) {
        result |= act(&closure, item, &link);
    }
    json_decref(closure.seen);
    json_decref(closure.variables);
    return result;
}
