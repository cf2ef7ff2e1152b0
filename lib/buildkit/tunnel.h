/* tunnel.h - a session inside a call: Control.Session, for engines without "/session".
 *
 * What the session's server says, an HTTP/2 connection of its own, is cut into messages of
 * the call; the same comes back. Source: moby/buildkit session/grpchijack. */
#ifndef COG_BUILDKIT_TUNNEL_H
#define COG_BUILDKIT_TUNNEL_H

#include <stdbool.h>

#include "grpc/call.h"

struct cog_tunnel {
    struct cog_call *call;        /* NULL: over, or never opened */
    struct cog_connection *inner; /* NULL: never opened */
    char *lost;                   /* why it ended; NULL while it has not */
};

/* Opens the call on `outer`, with what a session tells of itself as metadata. `inner`, a
 * server, becomes the tunnel's. To be released before `outer` in any case. */
void cog_tunnel_open(struct cog_tunnel *tunnel, struct cog_connection *outer,
                     const struct cog_metadata *metadata, struct cog_connection *inner);
void cog_tunnel_release(struct cog_tunnel *tunnel);

/* Passes on what the session has to say. */
void cog_tunnel_advance(struct cog_tunnel *tunnel);

#endif
