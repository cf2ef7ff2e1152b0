/* relay.h - a unix socket of our own whose connections lead somewhere that libcurl cannot
 * go: by way of an engine into a container. A process beside this one serves it, which ends
 * with this one. */
#ifndef COG_DOCKER_RELAY_H
#define COG_DOCKER_RELAY_H

#include <sys/types.h>

#include "base/diag.h"

/* Zero-initialise. */
struct cog_relay {
    char *folder, *socket; /* a path below `folder`; NULL: there is none */
    pid_t server;
};

/* What is done with a connection, in a process of its own, until it ends. */
typedef void (*cog_relay_serve)(int connection, const void *context);

/* Passes on what connects to `listener`, which stays the caller's, instead of a socket of
 * the relay's own. Returns 0, or -1 after machine.process. To be released in any case. */
int cog_relay_begin(struct cog_relay *relay, int listener, cog_relay_serve serve,
                    const void *context, struct cog_diags *diags);

/* Returns 0, or -1 after machine.process. To be released in any case. */
int cog_relay_open(struct cog_relay *relay, cog_relay_serve serve, const void *context,
                   struct cog_diags *diags);
void cog_relay_release(struct cog_relay *relay);

#endif
