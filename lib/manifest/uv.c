/* uv.c - uv.lock, and the lock of a script (predict.py.lock), which is the same. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/text.h"
#include "manifest/field.h"
#include "manifest/lock_freshness.h"
#include "manifest/lock_graph.h"
#include "manifest/requirement_facts.h"

enum { KNOWN_VERSION = 1 };

/* "https://host/repo?rev=main&subdirectory=x#COMMIT" as pip writes it. */
static int set_git(const struct cog_manifest *m, json_t *to, const char *text,
                   const json_t *node)
{
    auto_free char *url = cog_strdup(text);
    char *hash = strchr(url, '#'), *folder = strstr(url, "subdirectory=");

    if (!hash || !hash[1])
        return cog_report(m->diags, COG_ERROR, cog_field_at(m, node), "lock.commit",
                          "does not give a commit; lock again");
    *hash = '\0';
    if (folder)
        folder[strcspn(folder, "&")] = '\0';
    url[strcspn(url, "?")] = '\0';
    auto_free char *git =
        cog_field_git(url, hash + 1, folder ? folder + strlen("subdirectory=") : NULL);
    json_object_set_new(to, "url", json_string(git));
    return cog_field_url(m, text, node);
}

static int set_path(const struct cog_manifest *m, json_t *to, const char *path,
                    const json_t *node)
{
    auto_free char *inside = cog_field_path(m, path, node);

    if (!inside)
        return -1;
    json_object_set_new(to, "path", json_string(inside));
    return 0;
}

static int set_url(const struct cog_manifest *m, json_t *to, const char *url,
                   const char *folder, const json_t *node)
{
    auto_free char *whole =
        cog_printf("%s%s%s", url, folder ? "#subdirectory=" : "", folder ? folder : "");

    json_object_set_new(to, "url", json_string(whole));
    return cog_field_url(m, url, node);
}

/* Where a package, or the one that a dependency means, comes from. */
static int set_source(const struct cog_manifest *m, json_t *to, const json_t *table)
{
    static const char *const paths[] = {"path", "directory", "editable", "virtual"};
    const json_t *source = cog_field_table(m, table, "source");
    const char *registry = cog_field_text(m, source, "registry");
    const char *git = cog_field_text(m, source, "git");
    const char *url = cog_field_text(m, source, "url");

    if (registry && strstr(registry, "://"))
        return cog_lock_graph_index(m, to, registry, source);
    if (registry)
        return cog_report(m->diags, COG_ERROR, cog_field_at(m, source), "lock.source",
                          "%s is a folder of packages, which cannot be used yet; use an "
                          "index with a URL",
                          registry);
    if (git)
        return set_git(m, to, git, source);
    if (url)
        return set_url(m, to, url, cog_field_text(m, source, "subdirectory"), source);
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        const char *path = cog_field_text(m, source, paths[i]);
        if (path)
            return set_path(m, to, path, source);
    }
    return cog_report(m->diags, COG_ERROR, cog_field_at(m, source ? source : table),
                      "lock.source", "a source that this version of cog does not know");
}

static json_t *dependency(const struct cog_manifest *m, const json_t *table)
{
    const char *text = cog_field_text(m, table, "name");
    const char *version = cog_field_text(m, table, "version");
    const char *member = json_object_get(table, "extra") ? "extra" : "extras";
    auto_free char *name = cog_field_name(m, text ? text : "", table);
    if (!name)
        return NULL;
    json_t *edge = cog_lock_graph_edge(name, cog_field_texts(m, table, member),
                                       cog_field_text(m, table, "marker"));
    if (version)
        json_object_set_new(edge, "version", json_string(version));
    if (json_object_get(table, "source"))
        set_source(m, edge, table);
    return edge;
}

static void add_dependencies(const struct cog_manifest *m, json_t *to, const json_t *list)
{
    const json_t *item;
    size_t index;

    json_array_foreach(list, index, item) {
        json_t *edge =
            cog_field_as_table(m, item, "a dependency") ? dependency(m, item) : NULL;
        if (edge)
            json_array_append_new(to, edge);
    }
}

static json_t *read_extras(const struct cog_manifest *m, const json_t *table)
{
    json_t *extras = json_object();
    const char *name;
    json_t *list;

    json_object_foreach((json_t *)table, name, list) {
        json_t *to = json_array();
        add_dependencies(m, to, list);
        json_object_set_new(extras, name, to);
    }
    return extras;
}

/* The forks of the resolution in which a package is needed. */
static void set_marker(const struct cog_manifest *m, json_t *locked, const json_t *table)
{
    json_auto_t *markers = cog_field_texts(m, table, "resolution-markers");
    const json_t *marker;
    size_t index, size;
    char *text;

    if (!json_array_size(markers))
        return;
    FILE *out = cog_text_open(&text, &size);
    json_array_foreach(markers, index, marker) {
        (void)fprintf(out, "%s%s", index ? " or " : "", json_string_value(marker));
    }
    cog_text_close(out, &text);
    cog_lock_graph_set(locked, "marker", text);
    free(text);
}

static void add_hashes(const struct cog_manifest *m, json_t *locked, const json_t *table)
{
    const json_t *sdist = cog_field_table(m, table, "sdist"), *wheel;
    const json_t *wheels = cog_field_list(m, table, "wheels");
    size_t index;

    cog_lock_graph_built(locked, sdist, wheels);
    cog_lock_graph_hash(m, locked, cog_field_text(m, sdist, "hash"), sdist);
    json_array_foreach(wheels, index, wheel) {
        if (cog_field_as_table(m, wheel, "a wheel"))
            cog_lock_graph_hash(m, locked, cog_field_text(m, wheel, "hash"), wheel);
    }
}

static json_t *add_package(const struct cog_manifest *m, json_t *lock, const json_t *table)
{
    const char *text = cog_field_text(m, table, "name");
    const json_t *extras = cog_field_table(m, table, "optional-dependencies");
    auto_free char *name = cog_field_name(m, text ? text : "", table);

    if (!name)
        return NULL;
    json_t *locked =
        cog_lock_graph_add(m, lock, name, cog_field_text(m, table, "version"), table);
    set_source(m, locked, table);
    set_marker(m, locked, table);
    add_hashes(m, locked, table);
    add_dependencies(m, json_object_get(locked, "dependencies"),
                     cog_field_list(m, table, "dependencies"));
    if (extras)
        json_object_set_new(locked, "extras", read_extras(m, extras));
    return locked;
}

static bool is_project(const json_t *table)
{
    static const char *const kinds[] = {"virtual", "editable", "directory"};
    const json_t *source = json_object_get(table, "source");

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        const char *path = json_string_value(json_object_get(source, kinds[i]));
        if (path && strcmp(path, ".") == 0)
            return true;
    }
    return false;
}

/* Of a workspace whose root is no package, and of a script. */
static void add_manifest_roots(const struct cog_manifest *m, json_t *roots)
{
    const json_t *manifest = cog_field_table(m, m->toml->value, "manifest"), *item;
    const json_t *groups = cog_field_table(m, manifest, "dependency-groups");
    size_t index;

    json_array_foreach(cog_field_list(m, manifest, "members"), index, item) {
        if (cog_field_as_text(m, item, "a member"))
            json_array_append_new(roots,
                                  cog_lock_graph_edge(json_string_value(item), NULL, NULL));
    }
    add_dependencies(m, roots, cog_field_list(m, manifest, "requirements"));
    add_dependencies(m, roots, cog_field_list(m, groups, COG_GROUP));
}

/* The project itself: its table, and the package made of it. */
struct project {
    const json_t *table, *locked;
};

static struct project add_packages(const struct cog_manifest *m, json_t *lock)
{
    struct project project = {0};
    json_t *roots = json_object_get(lock, "roots");
    const json_t *table;
    size_t index;

    json_array_foreach(cog_field_list(m, m->toml->value, "package"), index, table) {
        const json_t *locked =
            cog_field_as_table(m, table, "a package") ? add_package(m, lock, table) : NULL;
        if (locked && !project.locked && is_project(table))
            project = (struct project){table, locked};
    }
    if (!project.locked)
        add_manifest_roots(m, roots);
    const json_t *groups = cog_field_table(m, project.table, "dev-dependencies");
    add_dependencies(m, roots, cog_field_list(m, groups, COG_GROUP));
    return project;
}

/* What the project asked for when it was locked, for want of its manifest. */
static void add_requirements(const struct cog_manifest *m, const json_t *project)
{
    const json_t *metadata = cog_field_table(m, project, "metadata"), *item;
    size_t index;

    json_array_foreach(cog_field_list(m, metadata, "requires-dist"), index, item) {
        const char *name = cog_field_text(m, item, "name");
        const char *specifier = cog_field_text(m, item, "specifier");
        const char *marker = cog_field_text(m, item, "marker");
        if (!name || (marker && strstr(marker, "extra == ")))
            continue;
        json_auto_t *extras = cog_field_texts(m, item, "extras");
        cog_requirement_fact_parts(
            m,
            &(struct cog_requirement_fact_parts){
                .name = name, .specifier = specifier, .marker = marker, .extras = extras},
            item);
    }
}

int cog_uv_lock_read(const struct cog_manifest *m, bool has_manifest)
{
    const json_t *top = m->toml->value, *version = json_object_get(top, "version");
    unsigned before = m->diags->errors;

    if (json_integer_value(version) != KNOWN_VERSION)
        return cog_report(m->diags, COG_ERROR, cog_field_at(m, version), "lock.version",
                          "unsupported version of uv.lock; supported: %d; lock with "
                          "another version of uv",
                          KNOWN_VERSION);
    json_t *lock = cog_lock_graph_new(m->file, cog_field_text(m, top, "requires-python"));
    const struct project project = add_packages(m, lock);
    json_t *environments = cog_field_texts(m, top, "supported-markers");
    if (environments)
        json_object_set_new(lock, "environments", environments);
    if (!has_manifest)
        add_requirements(m, project.table);
    int result = cog_lock_graph_finish_take(m, lock, project.locked);
    if (has_manifest && m->diags->errors == before)
        cog_lock_freshness_check(m, "uv lock");
    return m->diags->errors > before ? -1 : result;
}
