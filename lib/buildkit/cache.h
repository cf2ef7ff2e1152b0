/* cache.h - what a builder keeps in its cache. */
#ifndef COG_BUILDKIT_CACHE_H
#define COG_BUILDKIT_CACHE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"
#include "buildkit/builder.h"

/* What is asked for; borrowed. */
struct cog_cache_request {
    bool prune;            /* have it removed, and tell what was */
    const json_t *filters; /* array of texts as BuildKit has them, "type==regular" */
    bool all;              /* also what images of the builder need */
    int64_t keep_bytes;    /* of the most recent, 0: none */
    int64_t keep_seconds;  /* what was used since then, 0: none */
};

/* Sets `*doc` to a document cog/cache-1, a new reference. Returns 0; COG_EXIT_INTERRUPTED;
 * or -1 after engine.unreachable, engine.refused, engine.lost or engine.cache. */
int cog_cache_ask(const struct cog_builder *builder,
                  const struct cog_cache_request *request, json_t **doc,
                  struct cog_diags *diags);

#endif
