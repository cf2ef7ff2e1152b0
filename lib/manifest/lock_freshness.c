/* lock_freshness.c - whether a manifest was changed after it was locked.
 *
 * Poetry (poetry/packages/locker.py), PDM (pdm/project/project_file.py) and Pipenv
 * (plette/pipfiles.py) keep the SHA-256 of a part of the manifest as Python's json.dumps()
 * writes it. */
#include "manifest/lock_freshness.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/digest.h"
#include "base/text.h"
#include "manifest/field.h"
#include "manifest/requirement_facts.h"

static void warn(const struct cog_manifest *manifest, const struct cog_manifest *lock,
                 const char *what, const char *command)
{
    cog_report(lock->diags, COG_WARNING, (struct cog_pos){.file = lock->file},
               "packages.stale", "%s was changed after it was locked%s; run %s",
               manifest->file, what, command);
}

/* The SHA-256 of what json.dumps(value, sort_keys=True) gives; the caller frees it. jansson
 * differs in the case of \u00E9 alone. */
static char *hash_of(const json_t *value, size_t flags)
{
    auto_free char *text =
        json_dumps(value, flags | JSON_SORT_KEYS | JSON_ENSURE_ASCII | JSON_ENCODE_ANY);

    if (!text)
        cog_out_of_memory();
    for (char *c = text; *c; c++)
        if (*c == '\\' && *++c == 'u')
            for (int i = 1; i <= 4; i++)
                c[i] = (char)tolower((unsigned char)c[i]);
    auto_free char *digest = cog_sha256(text, strlen(text));
    return cog_strdup(digest + strlen("sha256:"));
}

static bool has_hash(const json_t *value, size_t flags, const char *hash)
{
    auto_free char *own = hash_of(value, flags);

    return strcmp(own, hash) == 0;
}

/* Copies those of `names` that `from` has. */
static json_t *some(const json_t *from, const char *const *names)
{
    json_t *to = json_object();

    for (; *names; names++)
        if (json_object_get(from, *names))
            json_object_set(to, *names, json_object_get(from, *names));
    return to;
}

/* What Poetry hashes; before 2.3 without dependency groups. */
static json_t *poetry_content(const json_t *top, bool with_groups)
{
    static const char *const of_project[] = {"requires-python", "dependencies",
                                             "optional-dependencies", NULL};
    static const char *const legacy[] = {"dependencies", "source", "extras",
                                         "dev-dependencies", NULL};
    static const char *const of_poetry[] = {"dependencies",     "source", "extras",
                                            "dev-dependencies", "group",  NULL};
    json_t *groups = with_groups ? json_object_get(top, "dependency-groups") : NULL;
    const json_t *poetry =
        cog_field_find(top, (const char *const[]){"tool", "poetry", NULL});
    json_auto_t *project = some(json_object_get(top, "project"), of_project);
    json_auto_t *own = some(poetry, of_poetry);
    json_auto_t *whole = json_object();

    if (json_object_size(project))
        json_object_set(whole, "project", project);
    if (json_object_size(groups))
        json_object_set(whole, "dependency-groups", groups);
    if (json_object_size(whole)) {
        json_object_set_new(whole, "tool", json_pack("{s:O}", "poetry", own));
        return json_incref(whole);
    }
    for (const char *const *name = legacy; *name; name++)
        if (!json_object_get(own, *name))
            json_object_set_new(own, *name, json_null());
    return json_incref(own);
}

void cog_lock_freshness_poetry(const struct cog_manifest *manifest,
                               const struct cog_manifest *lock, const char *hash)
{
    json_auto_t *content = poetry_content(manifest->toml->value, true);
    json_auto_t *older = poetry_content(manifest->toml->value, false);

    if (hash && !has_hash(content, 0, hash) && !has_hash(older, 0, hash))
        warn(manifest, lock, "", "poetry lock");
}

static void set_or(json_t *to, const char *member, const json_t *from, const char *name,
                   json_t *otherwise)
{
    json_t *value = json_object_get(from, name);

    json_object_set(to, member, value ? value : otherwise);
    json_decref(otherwise);
}

/* Every development group: PEP 735's, then tool.pdm's, names normalised. */
static json_t *pdm_groups(const struct cog_manifest *m, const json_t *top,
                          const json_t *pdm)
{
    const json_t *const tables[] = {json_object_get(top, "dependency-groups"),
                                    json_object_get(pdm, "dev-dependencies")};
    json_t *all = json_object();
    const char *name;
    json_t *list;

    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        json_object_foreach((json_t *)tables[i], name, list) {
            auto_free char *normal = cog_field_name(m, name, list);
            json_t *to = normal ? json_object_get(all, normal) : NULL;
            if (to)
                json_array_extend(to, list);
            else if (normal)
                json_object_set_new(all, normal, json_copy(list));
        }
    return all;
}

void cog_lock_freshness_pdm(const struct cog_manifest *manifest,
                            const struct cog_manifest *lock, const char *hash)
{
    const json_t *top = manifest->toml->value, *project = json_object_get(top, "project");
    const json_t *pdm = cog_field_find(top, (const char *const[]){"tool", "pdm", NULL});
    json_auto_t *content = json_object();

    set_or(content, "sources", pdm, "source", json_array());
    set_or(content, "dependencies", project, "dependencies", json_array());
    set_or(content, "optional-dependencies", project, "optional-dependencies",
           json_object());
    set_or(content, "requires-python", project, "requires-python", json_string(""));
    set_or(content, "resolution", pdm, "resolution", json_object());
    json_object_set_new(content, "dev-dependencies", pdm_groups(manifest, top, pdm));
    if (hash && strncmp(hash, "sha256:", 7) == 0 && !has_hash(content, 0, hash + 7))
        warn(manifest, lock, "", "pdm lock");
}

void cog_lock_freshness_pipenv(const struct cog_manifest *manifest,
                               const struct cog_manifest *lock, const char *hash)
{
    static const char *const known[] = {"source",   "packages", "dev-packages",
                                        "requires", "scripts",  "pipfile",
                                        "pipenv",   "default",  "develop"};
    const json_t *top = manifest->toml->value;
    json_auto_t *content = json_copy((json_t *)top);
    json_auto_t *meta = json_object();

    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        json_object_del(content, known[i]);
    set_or(meta, "sources", top, "source", json_array());
    set_or(meta, "requires", top, "requires", json_object());
    json_object_set(content, "_meta", meta);
    set_or(content, "default", top, "packages", json_object());
    set_or(content, "develop", top, "dev-packages", json_object());
    if (hash && json_object_get(top, "source") && !has_hash(content, JSON_COMPACT, hash))
        warn(manifest, lock, "", "pipenv lock");
}

/* "name>=1,<2" with the clauses in an order of their own; the caller frees it. */
static char *comparable(const char *name, const char *specifier)
{
    auto_free char *text = cog_strdup(specifier);
    const char *clauses[32];
    size_t count = 0;
    char *all = cog_strdup(name);

    for (char *next = text; next && *next && count < sizeof clauses / sizeof *clauses;) {
        clauses[count++] = next;
        next = strchr(next, ',');
        if (next)
            *next++ = '\0';
    }
    qsort(clauses, count, sizeof *clauses, cog_text_compare);
    for (size_t i = 0; i < count; i++) {
        char *longer = cog_printf("%s,%s", all, clauses[i]);
        free(all);
        all = longer;
    }
    return all;
}

/* Whether a requirement in uv.lock is for a place, where no specifier is kept. */
static bool is_placed(const json_t *item)
{
    static const char *const places[] = {"git",      "url",     "path", "directory",
                                         "editable", "virtual", NULL};
    json_auto_t *found = some(item, places);

    return json_object_size(found) > 0;
}

/* Puts "name" (with false: any specifier will do) and "name,>=1" into `set`. */
static void remember(json_t *set, const json_t *list)
{
    const json_t *item;
    size_t index;

    json_array_foreach(list, index, item) {
        const char *name = json_string_value(json_object_get(item, "name")),
                   *marker = json_string_value(json_object_get(item, "marker")),
                   *specifier = json_string_value(json_object_get(item, "specifier"));
        if (!name || (marker && strstr(marker, "extra == ")))
            continue;
        auto_free char *whole = comparable(name, specifier ? specifier : "");
        json_object_set_new(set, whole, json_true());
        json_object_set_new(set, name, json_boolean(!is_placed(item)));
    }
}

/* The first of the manifest's requirements that the lock does not know; NULL: none. Takes
 * the names of those that it knows out of `gone`. */
static const char *unknown(const json_t *requirements, const json_t *locked, json_t *gone)
{
    const char *found = NULL;
    const json_t *item;
    size_t index;

    json_array_foreach(requirements, index, item) {
        const char *name = json_string_value(json_object_get(item, "name"));
        auto_free char *whole =
            comparable(name, json_string_value(json_object_get(item, "specifier")));
        const json_t *known = json_object_get(locked, name);
        if (!found && !(json_is_false(known) || (known && json_object_get(locked, whole))))
            found = name;
        json_object_del(gone, name);
        json_object_del(gone, whole);
    }
    return found;
}

void cog_lock_freshness_uv(const struct cog_manifest *manifest,
                           const struct cog_manifest *lock, const json_t *project)
{
    const json_t *metadata = json_object_get(project, "metadata");
    const json_t *groups = json_object_get(metadata, "requires-dev");
    const json_t *listed = cog_field_find(
        manifest->toml->value, (const char *const[]){"project", "dependencies", NULL});
    json_auto_t *locked = json_object();

    if (!listed || !project)
        return; /* a script, a workspace, or known to the build backend alone */
    remember(locked, json_object_get(metadata, "requires-dist"));
    remember(locked, json_object_get(groups, COG_GROUP));
    json_auto_t *gone = json_copy(locked);
    const char *name =
        unknown(json_object_get(manifest->facts, "requirements"), locked, gone);
    if (!name)
        name = json_object_iter_key(json_object_iter(gone));
    if (!name)
        return;
    auto_free char *what = cog_printf(" (%.*s)", (int)strcspn(name, ","), name);
    warn(manifest, lock, what, "uv lock");
}
