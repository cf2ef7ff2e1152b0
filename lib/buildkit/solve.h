/* solve.h - a request of Control.Solve, filled in from JSON. */
#ifndef COG_BUILDKIT_SOLVE_H
#define COG_BUILDKIT_SOLVE_H

#include <jansson.h>

#include "buildkit.pb-c.h"

/* The texts in it are borrowed from the JSON. Released by the caller. */
struct cog_solve {
    Buildkit__SolveRequest request;
    Buildkit__CacheOptions cache;
    void **memory; /* of its parts */
    size_t count;
};

void cog_solve_init(struct cog_solve *solve);
void cog_solve_release(struct cog_solve *solve);

/* Names the exporters, an array of {"type", "attrs"}. The first is named twice: BuildKit
 * before v0.13 knows only fields 3 and 4, later ones prefer field 13. */
void cog_solve_exporters(struct cog_solve *solve, const json_t *exporters);

/* Sets where caches come from and go to, arrays of {"type", "attrs"}; NULL: nowhere. */
void cog_solve_caches(struct cog_solve *solve, const json_t *from, const json_t *to);

/* Sets the attributes of the frontend, an object of texts; NULL: none. */
void cog_solve_frontend(struct cog_solve *solve, const json_t *attrs);

/* The same caches for LLBBridge.Solve, which does not take them from Control.Solve. Backed
 * by `solve`. */
Buildkit__CacheOptionsEntry **cog_solve_cache_list(struct cog_solve *solve,
                                                   const json_t *caches, size_t *count);

#endif
