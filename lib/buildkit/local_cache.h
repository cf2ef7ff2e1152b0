/* local_cache.h - caches in folders of this machine (type=local), in OCI's image layout as
 * buildctl(1) keeps them: index.json has the cache under its tag. */
#ifndef COG_BUILDKIT_LOCAL_CACHE_H
#define COG_BUILDKIT_LOCAL_CACHE_H

#include <jansson.h>

#include "base/diag.h"
#include "session/session.h"

/* Adds the folders of `from` and `to`, arrays of cog_cache_parse(), to an array for the
 * session, which borrows the paths and is the caller's to free; `*count` is its length. A
 * cache of `from` gets the digest that its tag stands for; one that is not there yet is
 * taken out of the array, with the warning cache.missing. Returns 0, or -1 after
 * cache.config (an index.json that is broken) or usage.option. */
int cog_local_caches_open(json_t *from, const json_t *to, struct cog_store **stores,
                          size_t *count, struct cog_diags *diags);

/* With the build done well: enters what the exporters tell of the cache into the index.json
 * of each folder of `to`. Returns 0, or -1 after machine.write or cache.config. */
int cog_local_caches_finish(const json_t *to, const json_t *answer,
                            struct cog_diags *diags);

#endif
