/* source.c - tool.uv's indexes and sources: where packages come from. */
#include "manifest/source.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "manifest/field.h"
#include "manifest/requirement_facts.h"

static const json_t *uv_of(const struct cog_manifest *m)
{
    return cog_field_find(m->toml->value, (const char *const[]){"tool", "uv", NULL});
}

void cog_sources_init(struct cog_sources *sources, const struct cog_manifest *m)
{
    const char *name;
    json_t *source;
    size_t number;

    *sources = (struct cog_sources){m, json_object(), json_object(), json_object()};
    if (m->locked)
        return;
    json_array_foreach(json_object_get(uv_of(m), "index"), number, source) {
        name = json_string_value(json_object_get(source, "name"));
        if (name)
            json_object_set_new(sources->indexes, name, json_true());
    }
    json_object_foreach((json_t *)cog_field_table(m, uv_of(m), "sources"), name, source) {
        auto_free char *normal = cog_field_name(m, name, source);
        if (normal)
            json_object_set(sources->by_name, normal, source);
    }
}

void cog_sources_release(struct cog_sources *sources)
{
    json_decref(sources->by_name);
    json_decref(sources->indexes);
    json_decref(sources->used);
}

static int refuse(const struct cog_manifest *m, const json_t *node, const char *name,
                  const char *what)
{
    return cog_report(m->diags, COG_ERROR, cog_field_at(m, node), "manifest.source",
                      "%s comes from %s, which only a lock can say: run uv lock", name,
                      what);
}

/* Puts the one source of a requirement that is no index into it. */
static int put_direct(const struct cog_manifest *m, struct cog_requirement *q,
                      const json_t *source, const json_t *node)
{
    const char *git = cog_field_text(m, source, "git"),
               *url = cog_field_text(m, source, "url"),
               *path = cog_field_text(m, source, "path"),
               *folder = cog_field_text(m, source, "subdirectory"),
               *revision = cog_field_text(m, source, "rev");

    revision = revision ? revision : cog_field_text(m, source, "tag");
    revision = revision ? revision : cog_field_text(m, source, "branch");
    if (!git && !url && !path)
        return refuse(m, source, q->name, "a workspace or a source unknown to cog");
    auto_free char *inside = path ? cog_field_path(m, path, source) : NULL;
    if (path && !inside)
        return -1;
    free(q->url);
    q->url = git   ? cog_field_git(git, revision, folder)
             : url ? cog_printf("%s%s%s", url, folder ? "#subdirectory=" : "",
                                folder ? folder : "")
                   : NULL;
    *q->specifier = '\0';
    int result = q->url ? cog_field_url(m, q->url, source) : 0;
    cog_requirement_fact_add(m, q, inside, node);
    return result;
}

/* An index among the sources of `name`; false: it is none. */
static bool use_index(struct cog_sources *s, const json_t *source, const char *name)
{
    const char *index = cog_field_text(s->m, source, "index");

    if (index && !json_object_get(s->indexes, index))
        cog_report(s->m->diags, COG_ERROR, cog_field_at(s->m, source), "manifest.source",
                   "%s comes from the index \"%s\", which is not in tool.uv.index", name,
                   index);
    if (index)
        json_object_set_new(s->used, index, json_true());
    return index != NULL;
}

static int put(struct cog_sources *s, struct cog_requirement *q, const json_t *node)
{
    const json_t *source = json_object_get(s->by_name, q->name), *entry;
    size_t index;

    if (json_is_array(source) && json_array_size(source) == 1)
        source = json_array_get(source, 0);
    if (json_is_object(source) && !use_index(s, source, q->name)) {
        if (json_object_get(source, "marker"))
            return refuse(s->m, source, q->name, "a source with a marker");
        return put_direct(s->m, q, source, node);
    }
    json_array_foreach(source, index, entry) {
        if (!use_index(s, entry, q->name))
            return refuse(s->m, source, q->name, "several places");
    }
    cog_requirement_fact_add(s->m, q, NULL, node);
    return q->url ? cog_field_url(s->m, q->url, node) : 0;
}

int cog_sources_add(struct cog_sources *sources, const json_t *node)
{
    const struct cog_manifest *m = sources->m;
    const char *text = cog_field_as_text(m, node, "a requirement");
    struct cog_pos at = cog_field_at(m, node);
    struct cog_requirement q;

    if (at.column)
        at.column++; /* behind the quote */
    if (!text || cog_requirement_parse(&q, text, at, m->diags) < 0)
        return -1;
    int result = put(sources, &q, node);
    cog_requirement_release(&q);
    return result;
}

/* "flat" is what pip calls links: a page or a folder with the packages themselves. */
static void add_index(const struct cog_sources *sources, const json_t *index)
{
    const struct cog_manifest *m = sources->m;
    const char *url = cog_field_text(m, index, "url"),
               *name = cog_field_text(m, index, "name"),
               *format = cog_field_text(m, index, "format");
    bool flat = format && strcmp(format, "flat") == 0;
    bool explicit = json_is_true(json_object_get(index, "explicit"));

    if (url && flat && (!explicit || (name && json_object_get(sources->used, name))))
        cog_requirement_fact_links(m, url, json_object_get(index, "url"));
    else if (url && !flat && strstr(url, "://"))
        cog_requirement_fact_index(
            m, name, url, json_is_true(json_object_get(index, "default")), explicit, index);
    else if (!flat && !m->locked)
        cog_report(m->diags, COG_ERROR, cog_field_at(m, index), "manifest.source",
                   "an index must have a URL, or format = \"flat\" for a folder of "
                   "packages");
}

static void add_uv_links(const struct cog_manifest *m, const json_t *uv)
{
    const json_t *item;
    size_t number;

    json_array_foreach(cog_field_list(m, uv, "find-links"), number, item) {
        const char *place = cog_field_as_text(m, item, "a page or folder of links");
        if (place)
            cog_requirement_fact_links(m, place, item);
    }
    if (json_is_true(json_object_get(uv, "no-index")) && !m->locked)
        json_array_append_new(
            json_object_get(m->facts, "pip_options"),
            json_pack("{s:s, s:o}", "text", "--no-index", "origin",
                      cog_field_origin(m, json_object_get(uv, "no-index"))));
}

void cog_sources_indexes(const struct cog_sources *sources)
{
    const struct cog_manifest *m = sources->m;
    const json_t *uv = uv_of(m), *item;
    size_t number;

    json_array_foreach(cog_field_list(m, uv, "index"), number, item) {
        if (cog_field_as_table(m, item, "an index"))
            add_index(sources, item);
    }
    const char *url = cog_field_text(m, uv, "index-url");
    if (url)
        cog_requirement_fact_index(m, NULL, url, true, false,
                                   json_object_get(uv, "index-url"));
    json_array_foreach(cog_field_list(m, uv, "extra-index-url"), number, item) {
        url = cog_field_as_text(m, item, "an index");
        if (url)
            cog_requirement_fact_index(m, NULL, url, false, false, item);
    }
    cog_requirement_fact_options(m, sources->used);
    add_uv_links(m, uv);
}
