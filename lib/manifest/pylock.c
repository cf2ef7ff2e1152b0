/* pylock.c - pylock.toml (PEP 751, now packaging.python.org "pylock.toml Specification").
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "manifest/field.h"
#include "manifest/lock_graph.h"
#include "manifest/requirement_facts.h"

/* Every hash of a file: hashes = {sha256 = "…"}. */
static void add_hashes(const struct cog_manifest *m, json_t *locked, const json_t *file)
{
    const json_t *hashes = cog_field_table(m, file, "hashes");
    const char *name;
    json_t *value;

    json_object_foreach((json_t *)hashes, name, value) {
        const char *digits = cog_field_as_text(m, value, "a hash");
        auto_free char *hash = cog_printf("%s:%s", name, digits ? digits : "");
        if (digits)
            cog_lock_graph_hash(m, locked, hash, value);
    }
}

static void set_path(const struct cog_manifest *m, json_t *locked, const char *path,
                     const json_t *node)
{
    auto_free char *inside = cog_field_path(m, path, node);

    if (inside)
        json_object_set_new(locked, "path", json_string(inside));
}

static void set_url(const struct cog_manifest *m, json_t *locked, const char *url,
                    const json_t *node)
{
    json_object_set_new(locked, "url", json_string(url));
    cog_field_url(m, url, node);
}

static void read_vcs(const struct cog_manifest *m, json_t *locked, const json_t *vcs)
{
    const char *type = cog_field_text(m, vcs, "type"), *url = cog_field_text(m, vcs, "url"),
               *commit = cog_field_text(m, vcs, "commit-id");

    if (!type || strcmp(type, "git") != 0 || !url) {
        cog_report(m->diags, COG_ERROR, cog_field_at(m, vcs), "lock.source",
                   "only git with a URL can be used yet, not %s", type ? type : "this");
        return;
    }
    if (!commit) {
        cog_report(m->diags, COG_ERROR, cog_field_at(m, vcs), "lock.commit",
                   "it has no commit-id; lock again");
        return;
    }
    auto_free char *git =
        cog_field_git(url, commit, cog_field_text(m, vcs, "subdirectory"));
    set_url(m, locked, git, vcs);
}

/* An archive: `url` or `path`, and a folder in it. */
static void read_archive(const struct cog_manifest *m, json_t *locked,
                         const json_t *archive)
{
    const char *url = cog_field_text(m, archive, "url"),
               *path = cog_field_text(m, archive, "path"),
               *folder = cog_field_text(m, archive, "subdirectory");
    auto_free char *whole =
        url && folder ? cog_printf("%s#subdirectory=%s", url, folder) : NULL;

    add_hashes(m, locked, archive);
    if (url)
        set_url(m, locked, whole ? whole : url, archive);
    else if (path)
        set_path(m, locked, path, archive);
}

static void read_files(const struct cog_manifest *m, json_t *locked, const json_t *table)
{
    const json_t *sdist = cog_field_table(m, table, "sdist"), *wheel;
    const json_t *wheels = cog_field_list(m, table, "wheels");
    size_t index;

    cog_lock_graph_built(locked, sdist, wheels);
    add_hashes(m, locked, sdist);
    json_array_foreach(wheels, index, wheel) {
        if (cog_field_as_table(m, wheel, "a wheel"))
            add_hashes(m, locked, wheel);
    }
}

/* Each package stands for itself: its marker alone says whether it is installed. */
static void read_package(const struct cog_manifest *m, json_t *lock, const json_t *table)
{
    const char *text = cog_field_text(m, table, "name");
    const json_t *vcs = cog_field_table(m, table, "vcs"),
                 *directory = cog_field_table(m, table, "directory"),
                 *archive = cog_field_table(m, table, "archive");
    const char *path = cog_field_text(m, directory, "path");
    auto_free char *name = cog_field_name(m, text ? text : "", table);

    if (!name)
        return;
    json_t *locked =
        cog_lock_graph_add(m, lock, name, cog_field_text(m, table, "version"), table);
    cog_lock_graph_set(locked, "marker", cog_field_text(m, table, "marker"));
    cog_lock_graph_set(locked, "requires_python",
                       cog_field_text(m, table, "requires-python"));
    cog_lock_graph_index(m, locked, cog_field_text(m, table, "index"), table);
    if (vcs)
        read_vcs(m, locked, vcs);
    else if (path)
        set_path(m, locked, path, directory);
    else if (archive)
        read_archive(m, locked, archive);
    read_files(m, locked, table);
    cog_lock_graph_root(lock, locked, NULL);
}

static bool has(const json_t *list, const char *text)
{
    const json_t *item;
    size_t index;

    json_array_foreach(list, index, item) {
        if (json_is_string(item) && strcmp(json_string_value(item), text) == 0)
            return true;
    }
    return false;
}

/* "Services" of the specification: a group named after the service, else the default ones.
 */
static json_t *groups_of(const struct cog_manifest *m)
{
    if (has(cog_field_list(m, m->toml->value, "dependency-groups"), COG_GROUP))
        return json_pack("[s]", COG_GROUP);
    json_t *chosen = cog_field_texts(m, m->toml->value, "default-groups");
    return chosen ? chosen : json_array();
}

static int check_version(const struct cog_manifest *m)
{
    const json_t *node = json_object_get(m->toml->value, "lock-version");
    const char *version = cog_field_text(m, m->toml->value, "lock-version");

    if (!version || strncmp(version, "1.", 2) != 0)
        return cog_report(m->diags, COG_ERROR, cog_field_at(m, node), "lock.version",
                          "unsupported lock-version %s; supported: 1.0",
                          version ? version : "(absent)");
    if (strcmp(version, "1.0") != 0)
        cog_report(m->diags, COG_WARNING, cog_field_at(m, node), "lock.version",
                   "lock-version %s is newer than 1.0, which this version of cog knows",
                   version);
    return 0;
}

int cog_pylock_read(const struct cog_manifest *m)
{
    const json_t *top = m->toml->value, *item;
    unsigned before = m->diags->errors;
    size_t index;

    if (check_version(m) < 0)
        return -1;
    json_t *lock = cog_lock_graph_new(m->file, cog_field_text(m, top, "requires-python"));
    json_t *environments = cog_field_texts(m, top, "environments");
    if (environments)
        json_object_set_new(lock, "environments", environments);
    json_object_set_new(lock, "groups", groups_of(m));
    json_array_foreach(cog_field_list(m, top, "packages"), index, item) {
        if (cog_field_as_table(m, item, "a package"))
            read_package(m, lock, item);
    }
    cog_lock_graph_finish_take(m, lock, NULL);
    return m->diags->errors > before ? -1 : 0;
}
