/* forward.h - ports of this machine that lead to those of a container on another one, by
 * way of its engine (docker/passage.h). */
#ifndef COG_EXEC_FORWARD_H
#define COG_EXEC_FORWARD_H

#include <jansson.h>
#include <stddef.h>

#include "docker/passage.h"

struct cog_port_forward {
    int listener;
    char *port; /* the container's */
    struct cog_passage passage;
};

/* Zero-initialise. */
struct cog_port_forwards {
    struct cog_port_forward *items;
    size_t count;
};

/* Listens at each of `ports`, as in struct cog_foreground. Returns 0, or -1 after
 * exec.port. To be released in any case. */
int cog_port_forwards_listen(struct cog_port_forwards *forwards, const json_t *ports,
                             struct cog_diags *diags);
void cog_port_forwards_release(struct cog_port_forwards *forwards);

/* Passes on to `container`, until cog_port_forwards_close(), what connects. Returns 0, or
 * -1 after machine.process. */
int cog_port_forwards_open(struct cog_port_forwards *forwards,
                           const struct cog_endpoint *endpoint, const char *container,
                           struct cog_diags *diags);
void cog_port_forwards_close(struct cog_port_forwards *forwards);

#endif
