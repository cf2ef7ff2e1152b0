/* lock.c - walks a lock's graph for one target. */
#include "model/lock.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/doc.h"
#include "pep/marker.h"

struct walk {
    const struct cog_environment *environment;
    struct cog_diags *diags;
    json_t *by_name;        /* name -> array of packages */
    json_t *chosen;         /* name -> the package that is needed */
    json_t *extras;         /* "name[extra]" -> true: followed */
    const json_t **pending; /* lists of dependencies yet to follow */
    size_t pending_count;
    int result;
};

static const char *text_of(const json_t *object, const char *member)
{
    return json_string_value(json_object_get(object, member));
}

static struct cog_pos origin_of(const json_t *package)
{
    const json_t *origin = json_object_get(package, "origin");

    return (struct cog_pos){
        .file = text_of(origin, "file"),
        .line = (unsigned)json_integer_value(json_object_get(origin, "line")),
    };
}

static json_t *index_packages(const json_t *packages)
{
    json_t *by_name = json_object(), *package;
    size_t index;

    json_array_foreach((json_t *)packages, index, package) {
        const char *name = text_of(package, "name");
        if (!json_object_get(by_name, name))
            json_object_set_new(by_name, name, json_array());
        json_array_append(json_object_get(by_name, name), package);
    }
    return by_name;
}

/* What is not known counts as needed: a package too many does less harm than one too few. A
 * marker that cannot be read was refused when the lock was. */
static bool holds(const struct walk *w, const json_t *item)
{
    const char *text = text_of(item, "marker");
    struct cog_fault fault;
    struct cog_marker *marker = text ? cog_marker_parse(text, &fault) : NULL;

    if (!marker)
        return true;
    enum cog_truth truth = cog_marker_evaluate(marker, w->environment);
    cog_marker_free(marker);
    return truth != COG_FALSE;
}

static void follow(struct walk *w, const json_t *dependencies)
{
    w->pending = cog_realloc(w->pending, w->pending_count + 1, sizeof(const json_t *));
    w->pending[w->pending_count++] = dependencies;
}

/* The one package that a dependency means here; NULL: none is needed, or after a
 * diagnostic. */
static json_t *candidate(struct walk *w, const json_t *dependency)
{
    const char *name = text_of(dependency, "name"),
               *version = text_of(dependency, "version");
    json_t *versions = json_object_get(w->by_name, name), *package, *found = NULL;
    size_t index;

    if (!versions)
        w->result = cog_report(w->diags, COG_ERROR, (struct cog_pos){0}, "lock.missing",
                               "the lock has no %s, which is needed; make it anew", name);
    json_array_foreach(versions, index, package) {
        const char *given = text_of(package, "version");
        if ((version && (!given || strcmp(version, given) != 0)) || !holds(w, package))
            continue;
        if (found)
            w->result =
                cog_report(w->diags, COG_ERROR, origin_of(package), "lock.ambiguous",
                           "%s %s and %s are both needed; make the lock anew", name,
                           text_of(found, "version"), given ? given : "of another source");
        found = found ? found : package;
    }
    return found;
}

static void choose(struct walk *w, json_t *package)
{
    const char *name = text_of(package, "name");
    const json_t *before = json_object_get(w->chosen, name);

    if (before == package)
        return;
    if (before) {
        w->result = cog_report(w->diags, COG_ERROR, origin_of(package), "lock.ambiguous",
                               "two versions of %s are needed; make the lock anew", name);
        return;
    }
    json_object_set(w->chosen, name, package);
    follow(w, json_object_get(package, "dependencies"));
}

static void choose_extra(struct walk *w, const json_t *package, const char *extra)
{
    auto_free char *key = cog_printf("%s[%s]", text_of(package, "name"), extra);

    if (json_object_get(w->extras, key))
        return;
    json_object_set_new(w->extras, key, json_true());
    follow(w, json_object_get(json_object_get(package, "extras"), extra));
}

static void visit(struct walk *w, const json_t *dependency)
{
    const json_t *extra;
    size_t index;
    json_t *package = holds(w, dependency) ? candidate(w, dependency) : NULL;

    if (!package)
        return;
    choose(w, package);
    json_array_foreach(json_object_get(dependency, "extras"), index, extra) {
        choose_extra(w, package, json_string_value(extra));
    }
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static json_t *in_order(json_t *chosen)
{
    auto_free const char **names =
        cog_calloc(json_object_size(chosen), sizeof(const char *));
    json_t *list = json_array(), *package;
    const char *name;
    size_t count = 0;

    json_object_foreach(chosen, name, package) {
        names[count++] = name;
    }
    qsort(names, count, sizeof *names, by_text);
    for (size_t i = 0; i < count; i++)
        json_array_append(list, json_object_get(chosen, names[i]));
    return list;
}

json_t *cog_lock_select(const json_t *lock, const struct cog_environment *environment,
                        struct cog_diags *diags)
{
    json_auto_t *by_name = index_packages(json_object_get(lock, "packages"));
    json_auto_t *chosen = json_object(), *extras = json_object();
    struct walk w = {environment, diags, by_name, chosen, extras, NULL, 0, 0};
    const json_t *dependency;
    size_t index;

    follow(&w, json_object_get(lock, "roots"));
    while (w.pending_count) {
        const json_t *list = w.pending[--w.pending_count];
        json_array_foreach(list, index, dependency) {
            visit(&w, dependency);
        }
    }
    free(w.pending);
    return w.result == 0 ? in_order(chosen) : NULL;
}
