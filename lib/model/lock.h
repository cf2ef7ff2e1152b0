/* lock.h - which packages of a lock one target needs.
 *
 * A lock (the fact `lock` of cog/project-1) is a graph for every platform and Python that
 * it was made for. */
#ifndef COG_MODEL_LOCK_H
#define COG_MODEL_LOCK_H

#include <jansson.h>

#include "base/diag.h"
#include "pep/environment.h"

/* Follows the dependencies from the roots, as far as their markers hold or may hold in
 * `environment`. Returns a new array of the packages (the lock's objects) ordered by name,
 * or NULL after diagnostics: lock.missing (a dependency that the lock does not have),
 * lock.ambiguous (two versions of one package are needed), lock.environment (it was made
 * for others). */
json_t *cog_lock_select(const json_t *lock, const struct cog_environment *environment,
                        struct cog_diags *diags);

/* Packages as pip installs them, without the project itself: objects with `text` and
 * `origin`, as far as a package has them `name`, `url`, `path` and `hashes`. A new
 * reference. */
json_t *cog_lock_requirements(const json_t *packages);

#endif
