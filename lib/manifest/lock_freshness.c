/* lock_freshness.c - whether a lock has what its manifest asks for. */
#include "manifest/lock_freshness.h"

#include <string.h>

#include "base/doc.h"
#include "pep/specifier.h"

/* Whether a locked package is what `requirement` asks for, as far as its version tells. */
static bool meets(const json_t *package, const json_t *requirement)
{
    const char *text = cog_member_text(requirement, "specifier");
    const char *version = cog_member_text(package, "version");
    struct cog_specifier specifier;
    struct cog_fault fault;

    if (!version || json_is_string(json_object_get(requirement, "url")) ||
        cog_specifier_parse(&specifier, text, &fault) < 0)
        return true;
    bool fits = cog_specifier_contains(&specifier, version, COG_PRERELEASES_YES);
    cog_specifier_release(&specifier);
    return fits;
}

static void check(const struct cog_manifest *lock, const json_t *requirement,
                  const char *command)
{
    const char *name = cog_member_text(requirement, "name"), *found = NULL;
    const json_t *packages =
        json_object_get(json_object_get(lock->facts, "lock"), "packages");
    const json_t *package;
    size_t index;

    json_array_foreach(packages, index, package) {
        if (strcmp(cog_member_text(package, "name"), name) != 0)
            continue;
        if (meets(package, requirement))
            return;
        found = cog_member_text(package, "version");
    }
    if (found)
        cog_report(lock->diags, COG_WARNING, cog_member_origin(requirement),
                   "packages.stale", "%s has %s %s, not %s; run %s", lock->file, name,
                   found, cog_member_text(requirement, "specifier"), command);
    else if (!cog_member_text(requirement, "marker")) /* which may hold nowhere */
        cog_report(lock->diags, COG_WARNING, cog_member_origin(requirement),
                   "packages.stale", "%s does not have %s; run %s", lock->file, name,
                   command);
}

void cog_lock_freshness_check(const struct cog_manifest *lock, const char *command)
{
    const json_t *requirement;
    size_t index;

    json_array_foreach(json_object_get(lock->facts, "requirements"), index, requirement) {
        check(lock, requirement, command);
    }
}
