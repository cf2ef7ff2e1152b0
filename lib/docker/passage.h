/* passage.h - the way to a container's server through the engine, when its ports are on
 * another machine: each connection is passed on by a command that runs in the container. */
#ifndef COG_DOCKER_PASSAGE_H
#define COG_DOCKER_PASSAGE_H

#include "base/diag.h"
#include "docker/engine.h"
#include "docker/relay.h"

/* Zero-initialise. */
struct cog_passage {
    struct cog_relay relay; /* its socket leads to the container's port 5000 */
    char *container, *port;
    const struct cog_endpoint *endpoint;
};

/* Opens a way into `container`, which runs and has a Python. The endpoint must outlive it.
 * Returns 0, or -1 after machine.process. To be released in any case. */
int cog_passage_open(struct cog_passage *passage, const struct cog_endpoint *endpoint,
                     const char *container, struct cog_diags *diags);

/* The same for a port of the container and what connects to `listener`, which stays the
 * caller's. */
int cog_passage_begin(struct cog_passage *passage, const struct cog_endpoint *endpoint,
                      const char *container, const char *port, int listener,
                      struct cog_diags *diags);
void cog_passage_release(struct cog_passage *passage);

#endif
