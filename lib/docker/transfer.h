/* transfer.h - has a Docker Engine push an image of its store, or pull one into it. */
#ifndef COG_DOCKER_TRANSFER_H
#define COG_DOCKER_TRANSFER_H

#include <stdbool.h>

#include "docker/engine.h"

/* Who is told how far it is, in the form of BuildKit's reports (term/progress.h). */
typedef void cog_transfer_progress(void *data, const json_t *report);

/* All borrowed. */
struct cog_transfer {
    bool pull;
    const char *host; /* of the registry, as messages and logins have it */
    const char *name; /* "HOST/PATH:TAG" or, to be pulled, "HOST/PATH@DIGEST" */
    const char *user; /* who the registry is told that asks; "": `secret` is an identity
                         token; NULL: nobody */
    const char *secret;
    cog_transfer_progress *progress;
    void *data;
};

/* Returns 0 with the digest of the manifest in `*digest`, which the caller frees, or NULL
 * where the engine does not say; -1 after engine.push, engine.pull, a diagnostic of
 * http/refusal.h, or when interrupted, which ends the engine's work, too. What the other
 * side has by then stays there, and is not sent again. */
int cog_transfer_run(const struct cog_engine *engine, const struct cog_transfer *transfer,
                     char **digest, struct cog_diags *diags);

#endif
