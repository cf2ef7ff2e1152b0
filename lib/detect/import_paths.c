/* import_paths.c - folders of the project that hold its own package, as src/ does: Python
 * finds a package there only when it is installed, or when it is told to look there. */
#include <string.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/path.h"
#include "detect/detect.h"
#include "detect/local.h"
#include "tree/walk.h"

struct finder {
    const struct cog_scan *scan;
    const struct cog_toml *toml;
    json_t *found;
};

/* Where build backends are told where the package is. */
enum form {
    FOLDERS,  /* one, or a list of them */
    PACKAGES, /* a list of packages' folders */
    FROM,     /* a list of {from = "src"} */
    MAPPING,  /* a table from packages to their folders; "": of all packages */
};

static const struct {
    const char *names[7];
    enum form form;
} settings[] = {
    {{"tool", "setuptools", "packages", "find", "where"}, FOLDERS},
    {{"tool", "setuptools", "package-dir"}, MAPPING},
    {{"tool", "uv", "build-backend", "module-root"}, FOLDERS},
    {{"tool", "pdm", "build", "package-dir"}, FOLDERS},
    {{"tool", "poetry", "packages"}, FROM},
    {{"tool", "hatch", "build", "targets", "wheel", "packages"}, PACKAGES},
};

static const json_t *find(const json_t *table, const char *const *names)
{
    for (; *names; names++)
        table = json_object_get(table, *names);
    return table;
}

/* Colons and line ends separate paths where they will be written. */
static void add_path(struct finder *f, const char *written, const json_t *node)
{
    auto_free char *path =
        written && !strpbrk(written, ":\r\n") ? cog_path_inside("", written) : NULL;
    const struct cog_pos at = cog_toml_at(f->toml, node);
    const json_t *other;
    size_t index;

    if (!path || !cog_local_is_folder(f->scan, path))
        return;
    json_array_foreach(f->found, index, other) {
        if (strcmp(json_string_value(json_object_get(other, "path")), path) == 0)
            return;
    }
    json_array_append_new(f->found, json_pack("{s:s, s:{s:s, s:i}}", "path", path, "origin",
                                              "file", f->toml->file, "line", (int)at.line));
}

/* The folder that the folder of a package lies in. */
static void add_parent(struct finder *f, const char *package, const json_t *node)
{
    const char *slash = package ? strrchr(package, '/') : NULL;
    auto_free char *parent = slash ? cog_strndup(package, (size_t)(slash - package)) : NULL;

    add_path(f, parent, node);
}

static void add_mapped(struct finder *f, const json_t *table)
{
    const char *package;
    json_t *node;

    json_object_foreach((json_t *)table, package, node) {
        const char *folder = json_string_value(node);
        const char *slash = folder ? strrchr(folder, '/') : NULL;
        if (!*package)
            add_path(f, folder, node);
        else if (slash && strcmp(slash + 1, package) == 0)
            add_parent(f, folder, node);
    }
}

static void add_item(struct finder *f, enum form form, const json_t *item)
{
    const json_t *from = json_object_get(item, "from");

    if (form == FOLDERS)
        add_path(f, json_string_value(item), item);
    else if (form == PACKAGES)
        add_parent(f, json_string_value(item), item);
    else
        add_path(f, json_string_value(from), from);
}

static void add_setting(struct finder *f, enum form form, const json_t *value)
{
    const json_t *item;
    size_t index;

    if (form == MAPPING)
        add_mapped(f, value);
    else if (json_is_string(value))
        add_item(f, form, value);
    json_array_foreach(value, index, item) {
        add_item(f, form, item);
    }
}

/* Whether the folder has Python files and is no package itself. Returns -1 after a
 * diagnostic. */
static int holds_packages(const struct cog_scan *scan, const char *folder)
{
    auto_free char *full = cog_path_join(scan->root, folder);
    struct cog_walk *walk = cog_walk_new(full, NULL, NULL, scan->diags);
    struct cog_entry entry;
    int more = walk ? 0 : -1, holds = 0;

    if (walk)
        cog_walk_names(walk);
    while (walk && !holds && (more = cog_walk_next(walk, &entry, scan->diags)) > 0) {
        const char *dot = strrchr(entry.path, '.');
        if (strcmp(entry.path, "__init__.py") == 0)
            break;
        holds = S_ISREG(entry.info.st_mode) && dot && strcmp(dot, ".py") == 0;
    }
    cog_walk_free(walk);
    return more < 0 ? -1 : holds;
}

/* What a manager is told when the project is not to be installed. */
static bool is_no_package(const json_t *pyproject)
{
    static const char *const flags[][4] = {{"tool", "uv", "package"},
                                           {"tool", "poetry", "package-mode"},
                                           {"tool", "pdm", "distribution"}};

    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        if (json_is_false(find(pyproject, flags[i])))
            return true;
    return false;
}

static int look(struct finder *f)
{
    const json_t *top = f->toml->value, *project = json_object_get(top, "project");
    const json_t *poetry = find(top, (const char *const[]){"tool", "poetry", NULL});
    const json_t *named = project ? project : poetry;
    int holds;

    if (!named || is_no_package(top))
        return 0;
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        add_setting(f, settings[i].form, find(top, settings[i].names));
    if (json_array_size(f->found) || !cog_local_is_folder(f->scan, "src"))
        return 0;
    holds = holds_packages(f->scan, "src");
    if (holds > 0)
        add_path(f, "src", named);
    return holds < 0 ? -1 : 0;
}

int cog_detect_import_paths(const struct cog_scan *scan)
{
    struct finder finder = {scan, NULL, json_array()};
    int result = cog_scan_toml(scan, "pyproject.toml", &finder.toml) < 0 ? -1 : 0;

    if (finder.toml)
        result = look(&finder);
    if (json_array_size(finder.found))
        json_object_set(scan->facts, "import_paths", finder.found);
    json_decref(finder.found);
    return result;
}
