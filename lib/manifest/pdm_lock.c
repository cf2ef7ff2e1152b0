/* pdm_lock.c - pdm.lock, version 4 (pdm/formats, pdm/project/lockfile). */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "manifest/field.h"
#include "manifest/lock_freshness.h"
#include "manifest/lock_graph.h"

enum { MAX_EXTRAS = 64 };

/* Where a package comes from when it is no version of an index. */
static void set_source(const struct cog_manifest *m, json_t *locked, const json_t *table)
{
    const char *git = cog_field_text(m, table, "git"),
               *url = cog_field_text(m, table, "url"),
               *path = cog_field_text(m, table, "path"),
               *folder = cog_field_text(m, table, "subdirectory"),
               *commit = cog_field_text(m, table, "revision");

    if (path) {
        auto_free char *inside = cog_field_path(m, path, table);
        if (inside)
            json_object_set_new(locked, "path", json_string(inside));
        return;
    }
    if (git && !commit)
        cog_report(m->diags, COG_ERROR, cog_field_at(m, table), "lock.commit",
                   "it has no revision; lock again");
    if (!git && !url)
        return;
    auto_free char *whole = git ? cog_field_git(git, commit, folder)
                                : cog_printf("%s%s%s", url, folder ? "#subdirectory=" : "",
                                             folder ? folder : "");
    json_object_set_new(locked, "url", json_string(whole));
    cog_field_url(m, whole, table);
}

/* A dependency in PEP 508; the one on the package itself, which its extras have, is
 * dropped.
 */
static void add_dependency(const struct cog_manifest *m, json_t *to, const json_t *node,
                           const char *self)
{
    const char *text = cog_field_as_text(m, node, "a dependency");
    struct cog_requirement q;

    if (!text || cog_requirement_parse(&q, text, cog_field_at(m, node), m->diags) < 0)
        return;
    if (strcmp(q.name, self) != 0) {
        json_t *edge = cog_lock_graph_edge(q.name, cog_field_strings(q.extras), q.marker);
        cog_lock_graph_limit(edge, q.specifier);
        json_array_append_new(to, edge);
    }
    cog_requirement_release(&q);
}

static void add_dependencies(const struct cog_manifest *m, json_t *to, const json_t *table,
                             const char *self)
{
    const json_t *item;
    size_t index;

    json_array_foreach(cog_field_list(m, table, "dependencies"), index, item) {
        add_dependency(m, to, item, self);
    }
}

static void add_hashes(const struct cog_manifest *m, json_t *locked, const json_t *table)
{
    const json_t *files = cog_field_list(m, table, "files"), *file;
    const char *name = cog_field_text(m, table, "name"),
               *version = cog_field_text(m, table, "version");
    auto_free char *key = cog_printf("%s %s", name ? name : "", version ? version : "");
    size_t index;

    if (!files) /* before lock_version 4.3 */
        files =
            cog_field_list(m,
                           cog_field_find(m->toml->value,
                                          (const char *const[]){"metadata", "files", NULL}),
                           key);
    json_array_foreach(files, index, file) {
        if (cog_field_as_table(m, file, "a file"))
            cog_lock_graph_hash(m, locked, cog_field_text(m, file, "hash"), file);
    }
}

/* PDM writes a package once for each set of extras; all are one here. */
static void read_extras(const struct cog_manifest *m, json_t *locked, const json_t *table,
                        const char *self)
{
    json_auto_t *extras = cog_field_texts(m, table, "extras");
    const json_t *extra;
    size_t index;

    if (json_array_size(extras) > MAX_EXTRAS)
        cog_report(m->diags, COG_ERROR, cog_field_at(m, table), "manifest.type",
                   "%s has more than %d extras", self, MAX_EXTRAS);
    json_array_foreach(extras, index, extra) {
        if (index == MAX_EXTRAS)
            break;
        const char *name = json_string_value(extra);
        json_t *all = json_object_get(locked, "extras");
        if (!all)
            json_object_set_new(locked, "extras", all = json_object());
        if (!json_object_get(all, name))
            json_object_set_new(all, name, json_array());
        add_dependencies(m, json_object_get(all, name), table, self);
    }
}

static void read_package(const struct cog_manifest *m, json_t *lock, const json_t *table,
                         json_t *known)
{
    const char *text = cog_field_text(m, table, "name"),
               *version = cog_field_text(m, table, "version");
    auto_free char *name = cog_field_name(m, text ? text : "", table);
    auto_free char *key = cog_printf("%s %s", name ? name : "", version ? version : "");

    if (!name)
        return;
    json_t *locked = json_object_get(known, key);
    bool with_extras = json_array_size(cog_field_list(m, table, "extras")) > 0;
    if (!locked) {
        locked = cog_lock_graph_add(m, lock, name, version, table);
        json_object_set(known, key, locked);
        cog_lock_graph_set(locked, "requires_python",
                           cog_field_text(m, table, "requires_python"));
        set_source(m, locked, table);
        add_hashes(m, locked, table);
    }
    if (with_extras) {
        read_extras(m, locked, table, name);
        return;
    }
    cog_lock_graph_set(locked, "marker", cog_field_text(m, table, "marker"));
    add_dependencies(m, json_object_get(locked, "dependencies"), table, name);
}

static int check_version(const struct cog_manifest *m, const json_t *metadata)
{
    const char *version = cog_field_text(m, metadata, "lock_version");
    const json_t *node = json_object_get(metadata, "lock_version");

    if (version && strncmp(version, "4.", 2) == 0)
        return 0;
    return cog_report(m->diags, COG_ERROR, cog_field_at(m, node), "lock.version",
                      "unsupported lock_version %s; supported: 4.x",
                      version ? version : "(absent)");
}

/* What the lock was made for: [[metadata.targets]], all of which it fits. */
static void read_targets(const struct cog_manifest *m, json_t *lock, const json_t *metadata)
{
    const json_t *targets = cog_field_list(m, metadata, "targets");

    if (json_array_size(targets) == 1)
        cog_lock_graph_set(
            lock, "requires_python",
            cog_field_text(m, json_array_get(targets, 0), "requires_python"));
}

int cog_pdm_lock_read(const struct cog_manifest *m)
{
    const json_t *metadata = cog_field_table(m, m->toml->value, "metadata"), *item;
    unsigned before = m->diags->errors;
    json_auto_t *known = json_object();
    size_t index;

    if (check_version(m, metadata) < 0)
        return -1;
    json_t *lock = cog_lock_graph_new(m->file, NULL);
    read_targets(m, lock, metadata);
    cog_lock_graph_roots(m, lock);
    json_array_foreach(cog_field_list(m, m->toml->value, "package"), index, item) {
        if (cog_field_as_table(m, item, "a package"))
            read_package(m, lock, item, known);
    }
    cog_lock_graph_finish_take(m, lock, NULL);
    if (m->diags->errors == before)
        cog_lock_freshness_check(m, "pdm lock");
    return m->diags->errors > before ? -1 : 0;
}
