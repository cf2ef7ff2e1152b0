/* lock_freshness.h - whether a manifest was changed after it was locked; for the readers of
 * this folder. Each reports packages.stale, a warning, or nothing. */
#ifndef COG_MANIFEST_LOCK_FRESHNESS_H
#define COG_MANIFEST_LOCK_FRESHNESS_H

#include "manifest/manifest.h"

/* By what uv.lock keeps of the project's own requirements; `project` is its table. */
void cog_lock_freshness_uv(const struct cog_manifest *manifest,
                           const struct cog_manifest *lock, const json_t *project);

/* By the hash that the lock has of the manifest's content; NULL: it has none. */
void cog_lock_freshness_poetry(const struct cog_manifest *manifest,
                               const struct cog_manifest *lock, const char *hash);
void cog_lock_freshness_pdm(const struct cog_manifest *manifest,
                            const struct cog_manifest *lock, const char *hash);
void cog_lock_freshness_pipenv(const struct cog_manifest *manifest,
                               const struct cog_manifest *lock, const char *hash);

#endif
