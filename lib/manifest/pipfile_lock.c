/* pipfile_lock.c - Pipfile.lock: JSON, exact versions without the graph between them. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/doc.h"
#include "manifest/field.h"
#include "manifest/lock_freshness.h"
#include "manifest/lock_graph.h"

enum { SPEC = 6 };

/* Behind the string that begins at `text`, a quote. */
static const char *end_of_string(const char *text)
{
    for (text++; *text && *text != '"'; text++)
        if (*text == '\\')
            text++;
    return *text ? text + 1 : text;
}

/* The lines of the keys in the section `default`; `text` is known to be JSON. Keys that are
 * written with escapes get none. */
static json_t *lines_of(const char *text)
{
    json_t *lines = json_object();
    json_int_t line = 1;
    bool inside = false;

    for (unsigned depth = 0; *text; text++) {
        line += *text == '\n';
        depth += *text == '{' || *text == '[';
        depth -= *text == '}' || *text == ']';
        if (*text != '"')
            continue;
        const char *end = end_of_string(text);
        size_t length = (size_t)(end - text) - 2;
        bool key = end[strspn(end, " \t\r\n")] == ':';
        if (key && depth == 1)
            inside = length == 7 && strncmp(text + 1, "default", 7) == 0;
        if (key && depth == 2 && inside)
            json_object_setn_new(lines, text + 1, length, json_integer(line));
        text = end - 1;
    }
    return lines;
}

/* The URLs of _meta.sources by their names. */
static json_t *urls_of(const json_t *sources)
{
    json_t *urls = json_object();
    const json_t *source;
    size_t index;

    json_array_foreach(sources, index, source) {
        const char *name = json_string_value(json_object_get(source, "name"));
        if (name)
            json_object_set(urls, name, json_object_get(source, "url"));
    }
    return urls;
}

static void set_source(const struct cog_manifest *m, json_t *locked, const json_t *table)
{
    const char *git = cog_field_text(m, table, "git"),
               *ref = cog_field_text(m, table, "ref"),
               *file = cog_field_text(m, table, "file"),
               *path = cog_field_text(m, table, "path");
    auto_free char *inside = path ? cog_field_path(m, path, table) : NULL;
    auto_free char *url =
        git    ? cog_field_git(git, ref, cog_field_text(m, table, "subdirectory"))
        : file ? cog_strdup(file)
               : NULL;

    if (git && !ref)
        cog_report(m->diags, COG_ERROR, cog_field_at(m, table), "lock.commit",
                   "it has no ref; lock again");
    if (inside)
        json_object_set_new(locked, "path", json_string(inside));
    if (url) {
        json_object_set_new(locked, "url", json_string(url));
        cog_field_url(m, url, table);
    }
}

static void read_package(const struct cog_manifest *m, json_t *lock, const char *key,
                         const json_t *table, const json_t *urls)
{
    const char *version = cog_field_text(m, table, "version");
    json_auto_t *hashes = cog_field_texts(m, table, "hashes");
    json_t *extras = cog_field_texts(m, table, "extras");
    const json_t *hash;
    size_t index;
    auto_free char *name = cog_field_name(m, key, table);

    if (version && strncmp(version, "==", 2) == 0)
        version += strspn(version, "=");
    json_t *locked = cog_lock_graph_add(m, lock, name ? name : "", version, table);
    cog_lock_graph_set(locked, "marker", cog_field_text(m, table, "markers"));
    const char *index_name = cog_field_text(m, table, "index");
    if (index_name)
        cog_lock_graph_index(m, locked,
                             json_string_value(json_object_get(urls, index_name)), table);
    set_source(m, locked, table);
    json_array_foreach(hashes, index, hash) {
        cog_lock_graph_hash(m, locked, json_string_value(hash), table);
    }
    if (!version && !json_object_get(locked, "url") && !json_object_get(locked, "path"))
        cog_report(m->diags, COG_ERROR, cog_field_at(m, table), "lock.source",
                   "%s has neither a version nor a source; lock again", key);
    cog_lock_graph_root(lock, locked, extras);
}

static const char *python_of(const json_t *meta)
{
    const json_t *requires = json_object_get(meta, "requires");
    const char *full = json_string_value(json_object_get(requires, "python_full_version"));

    return full ? full : json_string_value(json_object_get(requires, "python_version"));
}

/* `top` has what a Pipfile.lock has. */
static void read_lock(const struct cog_manifest *m, const char *text, const json_t *top)
{
    const json_t *meta = cog_field_table(m, top, "_meta");
    json_auto_t *urls = urls_of(cog_field_list(m, meta, "sources"));
    const char *python = python_of(meta), *key;
    json_auto_t *lines = lines_of(text);
    auto_free char *specifier =
        !python ? NULL
        : strchr(python, '.')
            ? cog_printf("==%s%s", python, strchr(strchr(python, '.') + 1, '.') ? "" : ".*")
            : cog_printf("==%s.*", python);
    json_t *lock = cog_lock_graph_new(m->file, specifier), *table;

    json_object_foreach((json_t *)cog_field_table(m, top, "default"), key, table) {
        struct cog_manifest here = *m;
        here.line = (unsigned)json_integer_value(json_object_get(lines, key));
        if (cog_field_as_table(&here, table, key))
            read_package(&here, lock, key, table, urls);
    }
    cog_lock_graph_finish_take(m, lock, NULL);
}

int cog_pipfile_lock_read(const struct cog_manifest *m, const char *text, size_t size)
{
    unsigned before = m->diags->errors;
    json_auto_t *top = cog_doc_parse(text, size, m->file, m->diags);
    const json_t *meta = json_object_get(top, "_meta");

    if (!top)
        return -1;
    if (json_integer_value(json_object_get(meta, "pipfile-spec")) != SPEC)
        return cog_report(m->diags, COG_ERROR, cog_field_at(m, NULL), "lock.version",
                          "its pipfile-spec is not %d, the only one that this version of "
                          "cog knows; lock again",
                          SPEC);
    read_lock(m, text, top);
    if (m->diags->errors == before)
        cog_lock_freshness_check(m, "pipenv lock");
    return m->diags->errors > before ? -1 : 0;
}
