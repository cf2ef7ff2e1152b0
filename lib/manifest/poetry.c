/* poetry.c - tool.poetry of a pyproject.toml; poetry's documentation, "The pyproject.toml
 * file" and "Dependency specification". */
#include "manifest/poetry.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "manifest/constraint.h"
#include "manifest/field.h"
#include "manifest/requirement_facts.h"

/* Two markers of which both must hold; either may be NULL or empty. The caller frees it. */
static char *both(const char *a, const char *b)
{
    if (!a || !*a)
        return b && *b ? cog_strdup(b) : NULL;
    return b && *b ? cog_printf("(%s) and (%s)", a, b) : cog_strdup(a);
}

static int bad_constraint(const struct cog_manifest *m, const char *text,
                          const json_t *node)
{
    if (m->locked)
        return 0;
    return cog_report(
        m->diags, COG_ERROR, cog_field_at(m, node), "manifest.constraint",
        "\"%s\" cannot be said to pip; write it as >=1,<2, or run poetry lock", text);
}

static char *specifier_of(const struct cog_manifest *m, const char *text,
                          const json_t *node)
{
    char *specifier = cog_constraint_specifier(text ? text : "*");

    if (specifier)
        return specifier;
    bad_constraint(m, text, node);
    return cog_strdup("");
}

char *cog_poetry_marker(const struct cog_manifest *m, const json_t *table)
{
    const char *python = cog_field_text(m, table, "python"),
               *platform = cog_field_text(m, table, "platform");
    auto_free char *pythons = python ? cog_constraint_marker(python) : NULL;
    auto_free char *platforms =
        platform ? cog_printf("sys_platform == \"%s\"", platform) : NULL;
    auto_free char *two = both(cog_field_text(m, table, "markers"), pythons);

    if (python && !pythons)
        bad_constraint(m, python, table);
    return both(two, platforms);
}

static char *url_of(const struct cog_manifest *m, const json_t *table)
{
    const char *git = cog_field_text(m, table, "git"),
               *url = cog_field_text(m, table, "url"),
               *folder = cog_field_text(m, table, "subdirectory"),
               *revision = cog_field_text(m, table, "rev");

    revision = revision ? revision : cog_field_text(m, table, "tag");
    revision = revision ? revision : cog_field_text(m, table, "branch");
    if (git)
        return cog_field_git(git, revision, folder);
    return url ? cog_printf("%s%s%s", url, folder ? "#subdirectory=" : "",
                            folder ? folder : "")
               : NULL;
}

/* {version = "^1", extras = […], markers = "…", git = "…"} */
static int add_table(const struct cog_manifest *m, const char *name, const json_t *table)
{
    const char *path = cog_field_text(m, table, "path");

    if (json_is_true(json_object_get(table, "optional")))
        return 0; /* only with an extra of the project itself */
    auto_free char *url = url_of(m, table);
    auto_free char *marker = cog_poetry_marker(m, table);
    auto_free char *specifier =
        specifier_of(m, url || path ? NULL : cog_field_text(m, table, "version"), table);
    json_auto_t *extras = cog_field_texts(m, table, "extras");
    return cog_requirement_fact_parts(m,
                                      &(struct cog_requirement_fact_parts){
                                          .name = name,
                                          .specifier = specifier,
                                          .url = url,
                                          .path = path,
                                          .marker = marker,
                                          .extras = extras,
                                      },
                                      table);
}

static int add_one(const struct cog_manifest *m, const char *name, const json_t *value)
{
    if (json_is_object(value))
        return add_table(m, name, value);
    const char *constraint = cog_field_as_text(m, value, name);
    if (!constraint)
        return -1;
    auto_free char *specifier = specifier_of(m, constraint, value);
    return cog_requirement_fact_parts(
        m, &(struct cog_requirement_fact_parts){.name = name, .specifier = specifier},
        value);
}

int cog_poetry_dependencies(const struct cog_manifest *m, const json_t *dependencies)
{
    const char *name;
    json_t *value, *one;
    size_t index;
    int result = 0;

    json_object_foreach((json_t *)dependencies, name, value) {
        if (strcmp(name, "python") == 0)
            continue;
        if (!json_is_array(value))
            result |= add_one(m, name, value);
        json_array_foreach(value, index, one) {
            result |= add_one(m, name, one);
        }
    }
    return result;
}

/* The indexes that dependencies name with `source`. */
static json_t *used_sources(const json_t *dependencies)
{
    json_t *used = json_object(), *value, *one;
    const char *name;
    size_t index;

    json_object_foreach((json_t *)dependencies, name, value) {
        const char *source = json_string_value(json_object_get(value, "source"));
        if (source)
            json_object_set_new(used, source, json_true());
        json_array_foreach(value, index, one) {
            source = json_string_value(json_object_get(one, "source"));
            if (source)
                json_object_set_new(used, source, json_true());
        }
    }
    return used;
}

void cog_poetry_sources(const struct cog_manifest *m, const json_t *poetry)
{
    const json_t *source;
    size_t index;
    bool primary = false;

    json_array_foreach(cog_field_list(m, poetry, "source"), index, source) {
        const char *url = cog_field_text(m, source, "url"),
                   *priority = cog_field_text(m, source, "priority");
        bool first = !primary && url &&
                     (!priority || strcmp(priority, "primary") == 0 ||
                      strcmp(priority, "default") == 0);
        if (url) /* the source PyPI has none */
            cog_requirement_fact_index(m, cog_field_text(m, source, "name"), url, first,
                                       priority && strcmp(priority, "explicit") == 0,
                                       source);
        primary = primary || first;
    }
    json_auto_t *used = used_sources(json_object_get(poetry, "dependencies"));
    cog_requirement_fact_options(m, used);
}
