/* pyproject.c - what a pyproject.toml says: [project] (PEP 621), [dependency-groups] (PEP
 * 735), tool.uv, tool.poetry, tool.pdm. */
#include <string.h>

#include "base/auto.h"
#include "manifest/field.h"
#include "manifest/poetry.h"
#include "manifest/requirement_facts.h"
#include "manifest/source.h"

static const json_t *tool(const json_t *pyproject, const char *name)
{
    return cog_field_find(pyproject, (const char *const[]){"tool", name, NULL});
}

static bool is_dynamic(const json_t *pyproject)
{
    const json_t *item, *project = json_object_get(pyproject, "project");
    size_t index;

    json_array_foreach(json_object_get(project, "dynamic"), index, item) {
        const char *member = json_string_value(item);
        if (member && strcmp(member, "dependencies") == 0)
            return true;
    }
    return false;
}

bool cog_pyproject_depends(const json_t *pyproject)
{
    return json_object_get(json_object_get(pyproject, "project"), "dependencies") ||
           is_dynamic(pyproject) ||
           json_object_get(tool(pyproject, "poetry"), "dependencies");
}

const char *cog_pyproject_manager(const json_t *pyproject)
{
    static const char *const managers[] = {"poetry", "pdm", "uv"};

    for (size_t i = 0; i < sizeof managers / sizeof *managers; i++)
        if (tool(pyproject, managers[i]))
            return managers[i];
    return "pip";
}

static bool builds(const json_t *pyproject)
{
    const json_t *uv = json_object_get(tool(pyproject, "uv"), "package"),
                 *poetry = json_object_get(tool(pyproject, "poetry"), "package-mode"),
                 *pdm = json_object_get(tool(pyproject, "pdm"), "distribution");

    if (json_is_boolean(uv))
        return json_is_true(uv);
    return json_object_get(pyproject, "build-system") && !json_is_false(poetry) &&
           !json_is_false(pdm);
}

void cog_pyproject_package(const struct cog_manifest *m)
{
    const json_t *top = m->toml->value, *project = json_object_get(top, "project");
    const json_t *named = project ? project : tool(top, "poetry");
    const json_t *name = json_object_get(named, "name");

    if (named)
        json_object_set_new(m->facts, "package",
                            json_pack("{s:s?, s:b, s:o}", "name",
                                      cog_field_text(m, named, "name"), "builds",
                                      builds(top), "origin",
                                      cog_field_origin(m, name ? name : named)));
}

static void add_pdm_sources(const struct cog_manifest *m)
{
    const json_t *source;
    size_t index;

    json_array_foreach(cog_field_list(m, tool(m->toml->value, "pdm"), "source"), index,
                       source) {
        const char *name = cog_field_text(m, source, "name"),
                   *url = cog_field_text(m, source, "url"),
                   *type = cog_field_text(m, source, "type");
        if (url && type && strcmp(type, "find_links") == 0)
            cog_requirement_fact_links(m, url, source);
        else if (url)
            cog_requirement_fact_index(m, name, url, name && strcmp(name, "pypi") == 0,
                                       false, source);
    }
    cog_requirement_fact_options(m, NULL);
}

static void add_list(struct cog_sources *sources, const json_t *list)
{
    const json_t *item;
    size_t index;

    json_array_foreach(list, index, item) {
        cog_sources_add(sources, item);
    }
}

static void add_dependencies(const struct cog_manifest *m, struct cog_sources *sources)
{
    const json_t *top = m->toml->value, *project = cog_field_table(m, top, "project");
    const json_t *poetry = cog_field_table(m, tool(top, "poetry"), "dependencies");
    const json_t *listed = cog_field_list(m, project, "dependencies");

    if (listed)
        add_list(sources, listed);
    else if (poetry)
        cog_poetry_dependencies(m, poetry);
    else if (is_dynamic(top) && !m->locked)
        cog_report(m->diags, COG_ERROR,
                   cog_field_at(m, json_object_get(project, "dynamic")), "manifest.dynamic",
                   "the dependencies are known to the build backend alone; write them into "
                   "[project], or lock them: uv lock");
    else if (!is_dynamic(top) && !m->locked)
        cog_report(m->diags, COG_ERROR, (struct cog_pos){.file = m->file}, "manifest.empty",
                   "lists no dependencies; write them into [project]");
    json_auto_t *group =
        cog_requirement_fact_group(m, cog_field_table(m, top, "dependency-groups"));
    add_list(sources, group);
}

int cog_pyproject_read(const struct cog_manifest *m)
{
    const json_t *top = m->toml->value;
    unsigned before = m->diags->errors;
    struct cog_sources sources;

    cog_sources_init(&sources, m);
    add_dependencies(m, &sources);
    if (tool(top, "poetry"))
        cog_poetry_sources(m, tool(top, "poetry"));
    else if (tool(top, "pdm"))
        add_pdm_sources(m);
    else
        cog_sources_indexes(&sources);
    cog_sources_release(&sources);
    return m->diags->errors > before ? -1 : 0;
}
