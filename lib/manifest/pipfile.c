/* pipfile.c - Pipfile and Pipfile.lock (pipenv's documentation, "Pipfile & Pipfile.lock").
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/doc.h"
#include "base/text.h"
#include "manifest/field.h"
#include "manifest/lock_graph.h"
#include "manifest/requirement_facts.h"

/* `markers`, and each variable that is a member of its own: sys_platform = "== 'win32'". */
static char *marker_of(const struct cog_manifest *m, const json_t *table)
{
    static const char *const variables[] = {
        "os_name",         "sys_platform",        "platform_machine",
        "platform_system", "platform_version",    "platform_python_implementation",
        "python_version",  "python_full_version", "implementation_name"};
    const char *markers = cog_field_text(m, table, "markers");
    bool first = !markers, more = false;
    char *text;
    size_t size;
    FILE *out = cog_text_open(&text, &size);
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++)
        more = more || json_object_get(table, variables[i]);
    if (markers)
        (void)fprintf(out, more ? "(%s)" : "%s", markers);
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
        const char *rest = cog_field_text(m, table, variables[i]);
        if (rest)
            (void)fprintf(out, "%s%s %s", first ? "" : " and ", variables[i], rest);
        first = first && !rest;
    }
    cog_text_close(out, &text);
    return text;
}

static char *url_of(const struct cog_manifest *m, const json_t *table)
{
    const char *git = cog_field_text(m, table, "git"),
               *file = cog_field_text(m, table, "file");

    if (git)
        return cog_field_git(git, cog_field_text(m, table, "ref"),
                             cog_field_text(m, table, "subdirectory"));
    return file ? cog_strdup(file) : NULL;
}

/* "*", ">=1" or {version, extras, markers, git, ref, file, path, index}. */
static void add_package(const struct cog_manifest *m, const char *name, const json_t *value)
{
    const json_t *table = json_is_object(value) ? value : NULL;
    const char *version =
        table ? cog_field_text(m, table, "version") : cog_field_as_text(m, value, name);
    json_auto_t *extras = cog_field_texts(m, table, "extras");
    auto_free char *marker = marker_of(m, table);
    auto_free char *url = url_of(m, table);

    cog_requirement_fact_parts(
        m,
        &(struct cog_requirement_fact_parts){
            .name = name,
            .specifier = version && strcmp(version, "*") != 0 ? version : NULL,
            .url = url,
            .path = cog_field_text(m, table, "path"),
            .marker = marker,
            .extras = extras,
        },
        value);
}

static json_t *used_indexes(const json_t *packages)
{
    json_t *used = json_object(), *value;
    const char *name;

    json_object_foreach((json_t *)packages, name, value) {
        const char *index = json_string_value(json_object_get(value, "index"));
        if (index)
            json_object_set_new(used, index, json_true());
    }
    return used;
}

int cog_pipfile_read(const struct cog_manifest *m)
{
    const json_t *packages = cog_field_table(m, m->toml->value, "packages"), *source;
    unsigned before = m->diags->errors;
    const char *name;
    json_t *value;
    size_t index;

    json_object_foreach((json_t *)packages, name, value) {
        add_package(m, name, value);
    }
    json_array_foreach(cog_field_list(m, m->toml->value, "source"), index, source) {
        const char *url = cog_field_text(m, source, "url");
        if (url) /* the first is the default; others serve those that name them */
            cog_requirement_fact_index(m, cog_field_text(m, source, "name"), url,
                                       index == 0, index > 0, source);
    }
    json_auto_t *used = used_indexes(packages);
    cog_requirement_fact_options(m, used);
    return m->diags->errors > before ? -1 : 0;
}
