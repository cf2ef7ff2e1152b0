/* lock_graph.c - the fact `lock`: a graph of packages. */
#include "manifest/lock_graph.h"

#include <string.h>

#include "base/auto.h"
#include "manifest/field.h"
#include "pep/specifier.h"

/* More versions of one package than this are nobody's lock, and would cost their square. */
enum { MAX_VERSIONS = 64 };

/* A member that dependencies have until cog_lock_graph_finish_take(). */
static const char limit[] = "limit";

json_t *cog_lock_graph_new(const char *file, const char *requires_python)
{
    return json_pack("{s:s, s:s?, s:[], s:[]}", "file", file, "requires_python",
                     requires_python, "roots", "packages");
}

json_t *cog_lock_graph_add(const struct cog_manifest *m, json_t *lock, const char *name,
                           const char *version, const json_t *node)
{
    json_t *locked = json_pack("{s:s, s:s?, s:n, s:n, s:[], s:[], s:o}", "name", name,
                               "version", version, "marker", "requires_python", "hashes",
                               "dependencies", "origin", cog_field_origin(m, node));

    json_array_append_new(json_object_get(lock, "packages"), locked);
    return locked;
}

json_t *cog_lock_graph_edge(const char *name, json_t *extras, const char *marker)
{
    return json_pack("{s:s, s:o, s:s?}", "name", name, "extras",
                     extras ? extras : json_array(), "marker", marker);
}

void cog_lock_graph_set(json_t *object, const char *member, const char *text)
{
    json_object_set_new(object, member, text ? json_string(text) : json_null());
}

int cog_lock_graph_index(const struct cog_manifest *m, json_t *locked, const char *url,
                         const json_t *node)
{
    if (!url || cog_field_is_default(url))
        return 0;
    json_object_set_new(locked, "index", json_string(url));
    return cog_field_url(m, url, node);
}

int cog_lock_graph_hash(const struct cog_manifest *m, json_t *locked, const char *text,
                        const json_t *node)
{
    if (!text || !*text)
        return 0;
    size_t name = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789");
    size_t digits = text[name] ? strspn(text + name + 1, "0123456789abcdef") : 0;
    if (!name || text[name] != ':' || !digits || text[name + 1 + digits])
        return cog_report(m->diags, COG_ERROR, cog_field_at(m, node), "lock.hash",
                          "\"%s\" is not a hash such as sha256:…; lock again", text);
    json_array_append_new(json_object_get(locked, "hashes"), json_string(text));
    return 0;
}

void cog_lock_graph_built(json_t *locked, const json_t *sdist, const json_t *wheels)
{
    if (sdist && !json_array_size(wheels))
        json_object_set_new(locked, "built", json_true());
}

/* Makes `dependency` mean exactly `locked`. */
static void point(json_t *dependency, const json_t *locked)
{
    static const char *const same[] = {"version", "index", "url", "path"};

    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        json_t *value = json_object_get(locked, same[i]);
        if (json_is_string(value))
            json_object_set(dependency, same[i], value);
    }
}

void cog_lock_graph_root(json_t *lock, const json_t *locked, json_t *extras)
{
    const char *name = json_string_value(json_object_get(locked, "name"));
    json_t *root = cog_lock_graph_edge(name, extras, NULL);

    point(root, locked);
    json_array_append_new(json_object_get(lock, "roots"), root);
}

void cog_lock_graph_limit(json_t *dependency, const char *specifier)
{
    if (specifier && *specifier)
        json_object_set_new(dependency, limit, json_string(specifier));
}

void cog_lock_graph_roots(const struct cog_manifest *m, json_t *lock)
{
    json_t *roots = json_object_get(lock, "roots"), *item;
    size_t index;

    json_array_foreach(json_object_get(m->facts, "requirements"), index, item) {
        json_t *root =
            cog_lock_graph_edge(json_string_value(json_object_get(item, "name")),
                                json_incref(json_object_get(item, "extras")),
                                json_string_value(json_object_get(item, "marker")));
        cog_lock_graph_limit(root, json_string_value(json_object_get(item, "specifier")));
        json_array_append_new(roots, root);
    }
}

/* The packages of a lock by their names. */
static json_t *by_name(const json_t *lock)
{
    json_t *named = json_object(), *item;
    size_t index;

    json_array_foreach(json_object_get(lock, "packages"), index, item) {
        const char *name = json_string_value(json_object_get(item, "name"));
        if (!json_object_get(named, name))
            json_object_set_new(named, name, json_array());
        json_array_append(json_object_get(named, name), item);
    }
    return named;
}

/* Among several `packages`, the only one whose version fits the limit of `dependency`. */
static void settle(json_t *dependency, const json_t *packages)
{
    const char *text = json_string_value(json_object_get(dependency, limit));
    const json_t *item, *fitting = NULL;
    struct cog_specifier specifier;
    struct cog_fault fault;
    size_t index, count = 0;

    if (!text || json_array_size(packages) < 2 ||
        json_array_size(packages) > MAX_VERSIONS ||
        cog_specifier_parse(&specifier, text, &fault) < 0)
        return;
    json_array_foreach(packages, index, item) {
        const char *version = json_string_value(json_object_get(item, "version"));
        if (version && cog_specifier_contains(&specifier, version, COG_PRERELEASES_YES)) {
            fitting = item;
            count++;
        }
    }
    cog_specifier_release(&specifier);
    if (count == 1)
        point(dependency, fitting);
}

static struct cog_pos place_of(const struct cog_manifest *m, const json_t *locked)
{
    const json_t *line = json_object_get(json_object_get(locked, "origin"), "line");

    return (struct cog_pos){.file = m->file, .line = (unsigned)json_integer_value(line)};
}

/* Drops what may be missing from a list of dependencies and reports what may not; `locked`
 * is whose they are, NULL: the project's. */
static int prune(const struct cog_manifest *m, json_t *list, const json_t *named,
                 const json_t *locked, bool optional)
{
    const char *from = json_string_value(json_object_get(locked, "name"));
    json_auto_t *kept = json_array();
    json_t *item;
    size_t index;
    int result = 0;

    json_array_foreach(list, index, item) {
        const char *name = json_string_value(json_object_get(item, "name"));
        const json_t *packages = json_object_get(named, name);
        if (packages) {
            settle(item, packages);
            json_array_append(kept, item);
        } else if (!optional && !json_string_value(json_object_get(item, "marker"))) {
            result = cog_report(m->diags, COG_ERROR, place_of(m, locked), "lock.missing",
                                "%s needs %s, which is not in the lock; lock again",
                                from ? from : "the project", name);
        }
        json_object_del(item, limit);
    }
    json_array_clear(list);
    json_array_extend(list, kept);
    return result;
}

int cog_lock_graph_finish_take(const struct cog_manifest *m, json_t *lock,
                               const json_t *project)
{
    json_auto_t *named = by_name(lock);
    const json_t *item;
    const char *extra;
    json_t *list;
    size_t index;
    int result = prune(m, json_object_get(lock, "roots"), named, NULL, false);

    json_array_foreach(json_object_get(lock, "packages"), index, item) {
        result |= prune(m, json_object_get(item, "dependencies"), named, item, false);
        json_object_foreach(json_object_get(item, "extras"), extra, list) {
            result |= prune(m, list, named, item, true);
        }
    }
    json_array_extend(json_object_get(lock, "roots"),
                      json_object_get(project, "dependencies"));
    json_object_set_new(m->facts, "lock", lock);
    return result;
}
