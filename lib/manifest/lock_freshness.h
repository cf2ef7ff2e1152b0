/* lock_freshness.h - whether a lock has what its manifest asks for; for the readers of this
 * folder. */
#ifndef COG_MANIFEST_LOCK_FRESHNESS_H
#define COG_MANIFEST_LOCK_FRESHNESS_H

#include "manifest/manifest.h"

/* Warns (packages.stale) of each of the fact `requirements` that the fact `lock` does not
 * meet: the manifest was changed after it was locked. `command` locks again. What no longer
 * is asked for, and another place of a package, are not noticed. */
void cog_lock_freshness_check(const struct cog_manifest *lock, const char *command);

#endif
