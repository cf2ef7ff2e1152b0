/* requirement_facts.c - the facts `requirements` and `indexes`: what a manifest asks for.
 */
#include "manifest/requirement_facts.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/text.h"
#include "manifest/field.h"
#include "pep/requirements.h"

/* pip reads "./folder[extra] ; marker" where it cannot read a name with a relative path. */
static char *path_text(const struct cog_requirement *q, const char *path)
{
    struct cog_requirement named = *q;

    named.name = cog_printf("./%s", strcmp(path, ".") == 0 ? "" : path);
    named.specifier = (char[]){""};
    named.url = NULL;
    char *text = cog_requirement_text(&named);
    free(named.name);
    return text;
}

void cog_requirement_fact_add(const struct cog_manifest *m, const struct cog_requirement *q,
                              const char *path, const json_t *node)
{
    auto_free char *text = path ? path_text(q, path) : cog_requirement_text(q);
    json_t *fact =
        json_pack("{s:s, s:o, s:s, s:s?, s:s?, s:[], s:s, s:b, s:o}", "name", q->name,
                  "extras", cog_field_strings(q->extras), "specifier",
                  path ? "" : q->specifier, "marker", q->marker, "url", q->url, "hashes",
                  "text", text, "constraint", 0, "origin", cog_field_origin(m, node));

    if (path)
        json_object_set_new(fact, "path", json_string(path));
    json_array_append_new(json_object_get(m->facts, "requirements"), fact);
}

static char *parts_text(const struct cog_requirement_fact_parts *parts)
{
    const json_t *extra;
    size_t index, size;
    char *text;
    FILE *out = cog_text_open(&text, &size);

    (void)fputs(parts->name, out);
    json_array_foreach(parts->extras, index, extra) {
        (void)fprintf(out, "%s%s", index ? "," : "[", json_string_value(extra));
    }
    if (json_array_size(parts->extras))
        (void)fputc(']', out);
    if (parts->url)
        (void)fprintf(out, " @ %s", parts->url);
    else if (parts->specifier && !parts->path)
        (void)fputs(parts->specifier, out);
    if (parts->marker && *parts->marker)
        (void)fprintf(out, " ; %s", parts->marker);
    cog_text_close(out, &text);
    return text;
}

int cog_requirement_fact_parts(const struct cog_manifest *m,
                               const struct cog_requirement_fact_parts *parts,
                               const json_t *node)
{
    auto_free char *text = parts_text(parts);
    auto_free char *inside = parts->path ? cog_field_path(m, parts->path, node) : NULL;
    struct cog_pos at = cog_field_at(m, node);
    struct cog_requirement q;

    at.column = 0; /* the text is not that of the file */
    if ((parts->path && !inside) ||
        (parts->url && cog_field_url(m, parts->url, node) < 0) ||
        cog_requirement_parse(&q, text, at, m->diags) < 0)
        return -1;
    cog_requirement_fact_add(m, &q, inside, node);
    cog_requirement_release(&q);
    return 0;
}

void cog_requirement_fact_index(const struct cog_manifest *m, const char *name,
                                const char *url, bool is_default, bool explicit,
                                const json_t *node)
{
    cog_field_url(m, url, node);
    json_array_append_new(json_object_get(m->facts, "indexes"),
                          json_pack("{s:s?, s:s, s:b, s:b, s:o}", "name", name, "url", url,
                                    "default", is_default, "explicit", explicit, "origin",
                                    cog_field_origin(m, node)));
}

void cog_requirement_fact_options(const struct cog_manifest *m, const json_t *used)
{
    json_t *options = json_object_get(m->facts, "pip_options");
    const json_t *index;
    size_t number;

    json_array_foreach(json_object_get(m->facts, "indexes"), number, index) {
        const char *name = json_string_value(json_object_get(index, "name")),
                   *url = json_string_value(json_object_get(index, "url"));
        if (m->locked || cog_field_is_default(url) ||
            (json_is_true(json_object_get(index, "explicit")) &&
             (!name || !json_object_get(used, name))))
            continue;
        auto_free char *text = cog_printf("%s %s",
                                          json_is_true(json_object_get(index, "default"))
                                              ? "--index-url"
                                              : "--extra-index-url",
                                          url);
        json_array_append_new(options, json_pack("{s:s, s:O}", "text", text, "origin",
                                                 json_object_get(index, "origin")));
    }
}

void cog_requirement_fact_links(const struct cog_manifest *m, const char *place,
                                const json_t *node)
{
    bool page = strstr(place, "://");

    if (m->locked)
        return;
    if (strncmp(place, "file:", 5) == 0) {
        cog_report(m->diags, COG_ERROR, cog_field_at(m, node), "manifest.source",
                   "write the folder as a path of the project, not as a URL: %s", place);
        return;
    }
    auto_free char *inside = page ? NULL : cog_field_path(m, place, node);
    if (page ? cog_field_url(m, place, node) < 0 : !inside)
        return;
    auto_free char *folder = page ? NULL : cog_printf("./%s", inside);
    auto_free char *text = cog_requirements_option("--find-links", page ? place : folder);
    json_array_append_new(json_object_get(m->facts, "pip_options"),
                          json_pack("{s:s, s:s*, s:o}", "text", text, "path", inside,
                                    "origin", cog_field_origin(m, node)));
}

enum { MAX_GROUPS = 64 };

struct expansion {
    const struct cog_manifest *m;
    json_t *groups; /* by normalised name */
    json_t *seen;   /* name -> true while it is being expanded, then false */
    json_t *out;
};

static int expand(struct expansion *e, const char *name, const json_t *node);

static int expand_entry(struct expansion *e, const json_t *entry)
{
    const char *include = json_string_value(json_object_get(entry, "include-group"));

    if (json_is_string(entry))
        return json_array_append(e->out, (json_t *)entry);
    if (!include)
        return cog_report(e->m->diags, COG_ERROR, cog_field_at(e->m, entry),
                          "manifest.group",
                          "neither a requirement nor {include-group = \"name\"}");
    auto_free char *name = cog_field_name(e->m, include, entry);
    return name ? expand(e, name, entry) : -1;
}

/* A group that was expanded before is not expanded again; the depth is capped by that of
 * the longest chain of inclusions, which is capped here. */
static int expand(struct expansion *e, const char *name, const json_t *node)
{
    const json_t *group = json_object_get(e->groups, name), *entry;
    const json_t *seen = json_object_get(e->seen, name);
    size_t index;
    int result = 0;

    if (json_is_false(seen))
        return 0;
    if (seen || !json_is_array(group) || json_object_size(e->seen) >= MAX_GROUPS)
        return cog_report(e->m->diags, COG_ERROR, cog_field_at(e->m, node),
                          "manifest.group",
                          seen                    ? "dependency group %s includes itself"
                          : !group                ? "dependency group %s does not exist"
                          : !json_is_array(group) ? "dependency group %s must be a list"
                                                  : "dependency group %s is one too many",
                          name);
    json_object_set_new(e->seen, name, json_true());
    json_array_foreach(group, index, entry) {
        result |= expand_entry(e, entry);
    }
    json_object_set_new(e->seen, name, json_false());
    return result;
}

static json_t *groups_by_name(const struct cog_manifest *m, const json_t *groups)
{
    json_t *named = json_object(), *list;
    const char *name;

    json_object_foreach((json_t *)groups, name, list) {
        auto_free char *normal = cog_field_name(m, name, list);
        if (normal && json_object_get(named, normal))
            cog_report(m->diags, COG_ERROR, cog_field_at(m, list), "manifest.group",
                       "dependency group %s is there twice", normal);
        if (normal)
            json_object_set(named, normal, list);
    }
    return named;
}

json_t *cog_requirement_fact_group(const struct cog_manifest *m, const json_t *groups)
{
    struct expansion e = {m, groups_by_name(m, groups), json_object(), json_array()};
    const json_t *group = json_object_get(e.groups, COG_GROUP);

    if (group)
        expand(&e, COG_GROUP, group);
    json_decref(e.groups);
    json_decref(e.seen);
    return e.out;
}
