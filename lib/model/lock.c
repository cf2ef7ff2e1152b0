/* lock.c - walks a lock's graph for one target. */
#include "model/lock.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/doc.h"
#include "base/text.h"
#include "pep/marker.h"

/* Dependencies yet to follow, of a package or of one extra of it. */
struct pending {
    const json_t *list;
    const char *extra; /* "" */
};

struct walk {
    struct cog_environment environment;
    const char *file; /* the lock's */
    struct cog_diags *diags;
    json_t *by_name; /* name -> array of packages */
    json_t *chosen;  /* name -> the package that is needed */
    json_t *extras;  /* "name[extra]" -> true: followed */
    struct pending *pending;
    size_t pending_count;
    int result;
};

static struct cog_pos origin_of(const json_t *package)
{
    const json_t *origin = json_object_get(package, "origin");

    return (struct cog_pos){
        .file = cog_member_text(origin, "file"),
        .line = (unsigned)json_integer_value(json_object_get(origin, "line")),
    };
}

static json_t *index_packages(const json_t *packages)
{
    json_t *by_name = json_object(), *package;
    size_t index;

    json_array_foreach((json_t *)packages, index, package) {
        const char *name = cog_member_text(package, "name");
        if (!json_object_get(by_name, name))
            json_object_set_new(by_name, name, json_array());
        json_array_append(json_object_get(by_name, name), package);
    }
    return by_name;
}

/* What is not known counts as needed: a package too many does less harm than one too few. A
 * marker that cannot be read was refused when the lock was. */
static bool marker_holds(const struct walk *w, const char *text)
{
    struct cog_fault fault;
    struct cog_marker *marker = text ? cog_marker_parse(text, &fault) : NULL;

    if (!marker)
        return true;
    enum cog_truth truth = cog_marker_evaluate(marker, &w->environment);
    cog_marker_free(marker);
    return truth != COG_FALSE;
}

static bool holds(const struct walk *w, const json_t *item)
{
    return marker_holds(w, cog_member_text(item, "marker"));
}

static void follow(struct walk *w, const json_t *dependencies, const char *extra)
{
    w->pending = cog_realloc(w->pending, w->pending_count + 1, sizeof *w->pending);
    w->pending[w->pending_count++] = (struct pending){dependencies, extra};
}

/* Whether a dependency means this package: one that names a source or version means just
 * that, any other what holds here. */
static bool means(const struct walk *w, const json_t *dependency, const json_t *package)
{
    static const char *const members[] = {"version", "index", "url", "path"};
    bool exact = false, equal = true;

    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        const char *wanted = cog_member_text(dependency, members[i]);
        const char *given = cog_member_text(package, members[i]);
        exact |= wanted && strcmp(members[i], "index") != 0;
        equal &= wanted && given ? strcmp(wanted, given) == 0 : wanted == given;
    }
    return exact ? equal : holds(w, package);
}

static void choose(struct walk *w, json_t *package)
{
    const char *name = cog_member_text(package, "name");
    const json_t *before = json_object_get(w->chosen, name);

    if (before == package || json_is_null(before))
        return;
    if (before) {
        w->result = cog_report(w->diags, COG_ERROR, origin_of(package), "lock.ambiguous",
                               "two versions of %s are needed, this one and that of line "
                               "%u; make the lock anew",
                               name, origin_of(before).line);
        json_object_set_new(w->chosen, name, json_null()); /* told */
        return;
    }
    json_object_set(w->chosen, name, package);
    follow(w, json_object_get(package, "dependencies"), "");
}

static void choose_extra(struct walk *w, const json_t *package, const char *extra)
{
    auto_free char *key = cog_printf("%s[%s]", cog_member_text(package, "name"), extra);

    if (json_object_get(w->extras, key))
        return;
    json_object_set_new(w->extras, key, json_true());
    follow(w, json_object_get(json_object_get(package, "extras"), extra), extra);
}

static void visit(struct walk *w, const json_t *dependency)
{
    const char *name = cog_member_text(dependency, "name");
    const json_t *extra;
    json_t *packages = json_object_get(w->by_name, name), *package;
    size_t index, j;

    if (!holds(w, dependency))
        return;
    if (!packages)
        w->result =
            cog_report(w->diags, COG_ERROR, (struct cog_pos){.file = w->file},
                       "lock.missing", "has no %s, which is needed; make it anew", name);
    json_array_foreach(packages, index, package) {
        if (!means(w, dependency, package))
            continue;
        choose(w, package);
        json_array_foreach(json_object_get(dependency, "extras"), j, extra) {
            choose_extra(w, package, json_string_value(extra));
        }
    }
}

/* A lock may say what it was made for. */
static int check_environments(const struct walk *w, const json_t *environments)
{
    const json_t *marker;
    size_t index;

    json_array_foreach(environments, index, marker) {
        if (marker_holds(w, json_string_value(marker)))
            return 0;
    }
    if (!json_array_size(environments))
        return 0;
    return cog_report(w->diags, COG_ERROR, (struct cog_pos){.file = w->file},
                      "lock.environment",
                      "was not made for Linux with this Python; make it anew for that");
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
    qsort(names, count, sizeof *names, cog_text_compare);
    for (size_t i = 0; i < count; i++)
        json_array_append(list, json_object_get(chosen, names[i]));
    return list;
}

/* The strings of an array, ending with NULL; the caller frees the array alone. */
static const char **strings_of(const json_t *array)
{
    size_t count = json_array_size(array);
    const char **strings = cog_calloc(count + 1, sizeof *strings);

    for (size_t i = 0; i < count; i++)
        strings[i] = json_string_value(json_array_get(array, i));
    return strings;
}

static void walk_all(struct walk *w)
{
    const json_t *dependency;
    size_t index;

    while (w->pending_count) {
        const struct pending next = w->pending[--w->pending_count];
        w->environment.extra = next.extra;
        json_array_foreach(next.list, index, dependency) {
            visit(w, dependency);
        }
    }
}

json_t *cog_lock_select(const json_t *lock, const struct cog_environment *environment,
                        struct cog_diags *diags)
{
    json_auto_t *by_name = index_packages(json_object_get(lock, "packages"));
    json_auto_t *chosen = json_object(), *extras = json_object();
    auto_free const char **groups = strings_of(json_object_get(lock, "groups"));
    struct walk w = {.environment = *environment,
                     .file = cog_member_text(lock, "file"),
                     .diags = diags,
                     .by_name = by_name,
                     .chosen = chosen,
                     .extras = extras};

    w.environment.dependency_groups = groups;
    if (check_environments(&w, json_object_get(lock, "environments")) < 0)
        return NULL;
    follow(&w, json_object_get(lock, "roots"), "");
    walk_all(&w);
    free(w.pending);
    return w.result == 0 ? in_order(chosen) : NULL;
}

/* What pip reads of a package; NULL: nothing is to be installed. The caller frees it. */
static char *pip_text(const json_t *package)
{
    const char *name = cog_member_text(package, "name"),
               *version = cog_member_text(package, "version");
    const char *url = cog_member_text(package, "url"),
               *path = cog_member_text(package, "path");

    if (path)
        return strcmp(path, ".") == 0 ? NULL : cog_printf("./%s", path);
    if (url)
        return cog_printf("%s @ %s", name, url);
    return version ? cog_printf("%s==%s", name, version) : NULL;
}

json_t *cog_lock_requirements(const json_t *packages)
{
    static const char *const members[] = {"name",   "url",    "path",
                                          "hashes", "origin", "built"};
    json_t *list = json_array();
    const json_t *package;
    size_t index;

    json_array_foreach(packages, index, package) {
        auto_free char *text = pip_text(package);
        if (!text)
            continue;
        json_t *requirement = json_pack("{s:s}", "text", text);
        for (size_t i = 0; i < sizeof members / sizeof *members; i++)
            if (json_object_get(package, members[i]))
                json_object_set(requirement, members[i],
                                json_object_get(package, members[i]));
        json_array_append_new(list, requirement);
    }
    return list;
}
