/* version_tables.c - the TOML files that ask for a version of Python: mise's,
 * pyproject.toml, Pipfile. */
#include "detect/version_request.h"

typedef int cog_version_request_add(const struct cog_scan *scan, const char *text,
                                    struct cog_pos at);

/* The part that a chain of names leads to, or NULL. */
static const json_t *find(const json_t *table, const char *const names[4])
{
    for (size_t i = 0; i < 4 && names[i]; i++)
        table = json_object_get(table, names[i]);
    return table;
}

/* Has `add` read `node`, if there is one. */
static int ask(const struct cog_scan *scan, const struct cog_toml *toml, const json_t *node,
               cog_version_request_add *add)
{
    struct cog_pos at = cog_toml_at(toml, node);

    if (!node)
        return 0;
    if (!json_is_string(node))
        return cog_report(scan->diags, COG_ERROR, at, "python.version",
                          "a version of Python is text; put it in quotes, as \"3.13\"");
    return add(scan, json_string_value(node), at);
}

/* A version, a table with one, or a list of such. */
static int ask_mise(const struct cog_scan *scan, const struct cog_toml *toml,
                    const json_t *node)
{
    if (json_array_size(node) > 1)
        cog_report(scan->diags, COG_WARNING, cog_toml_at(toml, json_array_get(node, 1)),
                   "python.ignored",
                   "an image has one Python: only the first version counts");
    if (json_is_array(node))
        node = json_array_get(node, 0);
    if (json_is_object(node))
        node = json_object_get(node, "version");
    return ask(scan, toml, node, cog_version_request_version);
}

int cog_version_request_mise(const struct cog_scan *scan)
{
    static const char *const files[] = {"mise.toml", ".mise.toml",
                                        ".config/mise/config.toml"};
    static const char *const tool[4] = {"tools", "python"};
    int result = 0;

    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        const struct cog_toml *toml;
        if (cog_scan_toml(scan, files[i], &toml) < 0)
            result = -1;
        if (toml)
            result |= ask_mise(scan, toml, find(toml->value, tool));
    }
    return result;
}

int cog_version_request_pyproject(const struct cog_scan *scan)
{
    static const char *const project[4] = {"project", "requires-python"};
    static const char *const poetry[4] = {"tool", "poetry", "dependencies", "python"};
    const struct cog_toml *toml;
    int loaded = cog_scan_toml(scan, "pyproject.toml", &toml);

    if (!toml)
        return loaded < 0 ? -1 : 0;
    return ask(scan, toml, find(toml->value, project), cog_version_request_range) |
           ask(scan, toml, find(toml->value, poetry), cog_version_request_constraint);
}

int cog_version_request_pipfile(const struct cog_scan *scan)
{
    static const char *const full[4] = {"requires", "python_full_version"};
    static const char *const minor[4] = {"requires", "python_version"};
    const struct cog_toml *toml;
    int loaded = cog_scan_toml(scan, "Pipfile", &toml);

    if (!toml)
        return loaded < 0 ? -1 : 0;
    const json_t *exact = find(toml->value, full);
    return ask(scan, toml, exact ? exact : find(toml->value, minor),
               cog_version_request_version);
}
