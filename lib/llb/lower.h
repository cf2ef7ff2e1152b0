/* lower.h - turns a plan into a graph: every operation a vertex, only what the exported
 * stage needs. */
#ifndef COG_LLB_LOWER_H
#define COG_LLB_LOWER_H

#include "llb/graph.h"
#include "model/plan.h"

/* What a stage leaves: its files, and what the image says of its environment. */
struct cog_state {
    const char *digest; /* of the vertex that has the files; NULL: no files (scratch) */
    json_t *env;        /* name -> value */
    char *dir, *user;
    const json_t *config; /* the base image's configuration, or NULL */
};

/* What lowering made. */
struct cog_lowered {
    struct cog_graph *graph;
    struct cog_state state; /* of the exported stage */
    json_t *contexts;  /* of the plan, those that are used and that a client must send */
    json_t *secrets;   /* id -> whether it is required */
    json_t *ssh;       /* likewise, of SSH agents */
    json_t *images;    /* full name -> true */
    bool host_network; /* a command has the host's network */
    char *base; /* digest of what the project's packages are built upon: the stages up to
                   build.runtime; NULL: there are none */
};

struct cog_lower_options {
    bool no_cache;           /* every step runs again */
    json_t *no_cache_stages; /* ids of stages whose steps do -> true */
    json_t *engine;          /* the engine's capabilities -> true; NULL: it is not known */
};

/* Reports llb.unresolved (an image without a configuration: run cog-resolve), llb.scratch
 * (a command, copy or name of a user needs files and there are none), llb.stage
 * (no_cache_stages names what is no stage), llb.engine (the engine lacks a capability).
 * Returns 0 or -1. */
int cog_lower(struct cog_lowered *lowered, const struct cog_plan *plan,
              const struct cog_lower_options *options, struct cog_diags *diags);
void cog_lowered_release(struct cog_lowered *lowered);

#endif
