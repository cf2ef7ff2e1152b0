/* frontend.h - what cog does as its own frontend: calls to LLBBridge during a build.
 *
 * Each returns 0 with the reply in `unary`, or -1: with a status that is not OK the call
 * was refused, else it was not waited for. `unary` is released by the caller in any case.
 */
#ifndef COG_BUILDKIT_FRONTEND_H
#define COG_BUILDKIT_FRONTEND_H

#include "buildkit/build.h"
#include "buildkit/client.h"
#include "steps/steps.h"

/* A build that is under way. */
struct cog_building {
    const struct cog_build_request *request;
    void *definition; /* the request's, bound to the session; likewise the vertices */
    size_t definition_size;
    json_t *vertices;
    cog_build_progress *progress;
    void *data;
    struct cog_diags *diags;
    const struct cog_session *session;

    struct cog_client client;
    struct cog_steps steps;
    char *ref;               /* names the build in all calls */
    struct cog_unary solve;  /* Control.Solve */
    struct cog_call *status; /* Control.Status, NULL: over */
    int64_t reported;        /* when the last report came; 0: none did */
};

/* Lets something happen. Returns 0, or -1 when there is no point in going on: the user
 * wants to stop, a connection is lost, a folder cannot be sent. */
int cog_building_step(struct cog_building *build);

int cog_frontend_ping(struct cog_building *build, struct cog_unary *unary);

/* Has the definition built. */
int cog_frontend_evaluate(struct cog_building *build, struct cog_unary *unary);

/* The name of what cog_frontend_evaluate() came to; NULL: it is empty. Borrowed. */
char *cog_frontend_result(const struct cog_unary *unary);

/* Reads the files of the result that become labels of `config`. Returns 0, or -1. */
int cog_frontend_read_labels(struct cog_building *build, char *ref, json_t *config);

/* Gives the result back with its config, for the engine to export. */
int cog_frontend_return(struct cog_building *build, struct cog_unary *unary, char *ref,
                        const json_t *config);

#endif
