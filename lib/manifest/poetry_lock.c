/* poetry_lock.c - poetry.lock, versions 1 and 2 (poetry/packages/locker.py). */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "manifest/constraint.h"
#include "manifest/field.h"
#include "manifest/lock_freshness.h"
#include "manifest/lock_graph.h"
#include "manifest/poetry.h"

enum { MAX_ALTERNATIVES = 64 };

static void set_specifier(json_t *object, const char *member, const char *constraint)
{
    auto_free char *specifier = constraint ? cog_constraint_specifier(constraint) : NULL;

    cog_lock_graph_set(object, member, specifier && *specifier ? specifier : NULL);
}

/* [package.source]: none for the default index. */
static void set_source(const struct cog_manifest *m, json_t *locked, const json_t *table)
{
    const json_t *source = cog_field_table(m, table, "source");
    const char *type = cog_field_text(m, source, "type"),
               *url = cog_field_text(m, source, "url"),
               *commit = cog_field_text(m, source, "resolved_reference");

    if (!source)
        return;
    if (type && url && strcmp(type, "legacy") == 0) {
        cog_lock_graph_index(m, locked, url, source);
    } else if (type && url && strcmp(type, "git") == 0 && commit) {
        auto_free char *git =
            cog_field_git(url, commit, cog_field_text(m, source, "subdirectory"));
        json_object_set_new(locked, "url", json_string(git));
        cog_field_url(m, url, source);
    } else if (type && url && strcmp(type, "url") == 0) {
        json_object_set_new(locked, "url", json_string(url));
        cog_field_url(m, url, source);
    } else if (type && url &&
               (strcmp(type, "directory") == 0 || strcmp(type, "file") == 0)) {
        auto_free char *path = cog_field_path(m, url, source);
        if (path)
            json_object_set_new(locked, "path", json_string(path));
    } else {
        cog_report(m->diags, COG_ERROR, cog_field_at(m, source), "lock.source",
                   "a source that this version of cog does not know");
    }
}

/* Files of one package: in its own table, or by its name in [metadata.files] of version 1.
 */
static void add_hashes(const struct cog_manifest *m, json_t *locked, const json_t *table)
{
    const json_t *files = cog_field_list(m, table, "files"), *file;
    const json_t *all =
        cog_field_find(m->toml->value, (const char *const[]){"metadata", "files", NULL});
    const char *name = json_string_value(json_object_get(table, "name"));
    size_t index;

    if (!files && all)
        files = cog_field_list(m, all, name);
    json_array_foreach(files, index, file) {
        if (cog_field_as_table(m, file, "a file"))
            cog_lock_graph_hash(m, locked, cog_field_text(m, file, "hash"), file);
    }
}

/* The name of a requirement in an extra's list, "PySocks (>=1.5)"; the caller frees it. */
static char *required_name(const char *text)
{
    struct cog_requirement q;
    struct cog_diags quiet;
    char *name = NULL;

    cog_diags_init(&quiet, "");
    if (text && cog_requirement_parse(&q, text, (struct cog_pos){0}, &quiet) == 0) {
        name = cog_strdup(q.name);
        cog_requirement_release(&q);
    }
    cog_diags_release(&quiet);
    return name;
}

/* Which extras ask for a dependency: its name -> their names. */
static json_t *askers(const json_t *extras)
{
    json_t *asking = json_object(), *list, *item;
    const char *extra;
    size_t index;

    json_object_foreach((json_t *)extras, extra, list) {
        json_array_foreach(list, index, item) {
            auto_free char *name = required_name(json_string_value(item));
            if (name && !json_object_get(asking, name))
                json_object_set_new(asking, name, json_array());
            if (name)
                json_array_append_new(json_object_get(asking, name), json_string(extra));
        }
    }
    return asking;
}

/* A dependency that extras ask for is theirs, another the package's own. */
static void add_edge(json_t *locked, const json_t *extras, json_t *edge)
{
    const json_t *extra;
    size_t index;

    if (!extras)
        json_array_append(json_object_get(locked, "dependencies"), edge);
    json_array_foreach(extras, index, extra) {
        const char *name = json_string_value(extra);
        json_t *all = json_object_get(locked, "extras");
        if (!json_object_get(all, name))
            json_object_set_new(all, name, json_array());
        json_array_append(json_object_get(all, name), edge);
    }
}

/* "^1" or {version, markers, python, extras, optional}. */
static void read_dependency(const struct cog_manifest *m, json_t *locked,
                            const char *dependency, const json_t *value,
                            const json_t *asking)
{
    const json_t *table = json_is_object(value) ? value : NULL;
    const char *constraint = table ? cog_field_text(m, table, "version")
                                   : cog_field_as_text(m, value, dependency);
    bool optional = json_is_true(json_object_get(table, "optional"));
    auto_free char *name = cog_field_name(m, dependency, value);
    auto_free char *specifier = constraint ? cog_constraint_specifier(constraint) : NULL;
    auto_free char *marker = table ? cog_poetry_marker(m, table) : NULL;

    if (!name)
        return;
    const json_t *extras = json_object_get(asking, name);
    if (optional && !extras)
        return; /* of an extra that nobody can ask for */
    json_auto_t *edge =
        cog_lock_graph_edge(name, cog_field_texts(m, table, "extras"), marker);
    cog_lock_graph_limit(edge, specifier);
    add_edge(locked, optional ? extras : NULL, edge);
}

static void read_dependencies(const struct cog_manifest *m, json_t *locked,
                              const json_t *table)
{
    const json_t *dependencies = cog_field_table(m, table, "dependencies");
    json_auto_t *asking = askers(cog_field_table(m, table, "extras"));
    const char *name;
    json_t *value, *one;
    size_t index;

    json_object_set_new(locked, "extras", json_object());
    json_object_foreach((json_t *)dependencies, name, value) {
        if (!json_is_array(value))
            read_dependency(m, locked, name, value, asking);
        if (json_array_size(value) > MAX_ALTERNATIVES)
            cog_report(m->diags, COG_ERROR, cog_field_at(m, value), "manifest.type",
                       "%s has more than %d alternatives", name, MAX_ALTERNATIVES);
        else
            json_array_foreach(value, index, one) {
                read_dependency(m, locked, name, one, asking);
            }
    }
    if (!json_object_size(json_object_get(locked, "extras")))
        json_object_del(locked, "extras");
}

/* Version 2.1 says where a package is needed, for all groups or for each. */
static const char *marker_of(const struct cog_manifest *m, const json_t *table)
{
    const json_t *markers = json_object_get(table, "markers");

    return json_is_object(markers) ? cog_field_text(m, markers, "main")
                                   : cog_field_text(m, table, "markers");
}

static void read_package(const struct cog_manifest *m, json_t *lock, const json_t *table)
{
    const char *text = cog_field_text(m, table, "name");
    auto_free char *name = cog_field_name(m, text ? text : "", table);

    if (!name)
        return;
    json_t *locked =
        cog_lock_graph_add(m, lock, name, cog_field_text(m, table, "version"), table);
    cog_lock_graph_set(locked, "marker", marker_of(m, table));
    set_specifier(locked, "requires_python", cog_field_text(m, table, "python-versions"));
    set_source(m, locked, table);
    add_hashes(m, locked, table);
    read_dependencies(m, locked, table);
}

static int check_version(const struct cog_manifest *m, const json_t *metadata)
{
    const char *version = cog_field_text(m, metadata, "lock-version");
    const json_t *node = json_object_get(metadata, "lock-version");

    if (!version || (strncmp(version, "1.", 2) != 0 && strncmp(version, "2.", 2) != 0))
        return cog_report(m->diags, COG_ERROR, cog_field_at(m, node), "lock.version",
                          "unsupported lock-version %s; supported: 1.x, 2.x",
                          version ? version : "(absent)");
    return 0;
}

int cog_poetry_lock_read(const struct cog_manifest *m)
{
    const json_t *metadata = cog_field_table(m, m->toml->value, "metadata"), *item;
    unsigned before = m->diags->errors;
    size_t index;

    if (check_version(m, metadata) < 0)
        return -1;
    json_t *lock = cog_lock_graph_new(m->file, NULL);
    set_specifier(lock, "requires_python", cog_field_text(m, metadata, "python-versions"));
    cog_lock_graph_roots(m, lock);
    json_array_foreach(cog_field_list(m, m->toml->value, "package"), index, item) {
        if (cog_field_as_table(m, item, "a package"))
            read_package(m, lock, item);
    }
    cog_lock_graph_finish_take(m, lock, NULL);
    if (m->diags->errors == before)
        cog_lock_freshness_check(m, "poetry lock");
    return m->diags->errors > before ? -1 : 0;
}
