/* client.h - the connections of one build and the one loop that drives them.
 *
 * A client has two links to the engine: on one it asks (grpc client), on the other it is
 * asked (grpc server: the session). The signals of base/signals.h are taken from the loop
 * while a client is open. */
#ifndef COG_BUILDKIT_CLIENT_H
#define COG_BUILDKIT_CLIENT_H

#include <signal.h>
#include <stdint.h>

#include "base/diag.h"
#include "buildkit/link.h"
#include "buildkit/tunnel.h"
#include "grpc/message.h"
#include "session/session.h"

struct cog_client {
    struct cog_link control, session; /* the latter of a Docker Engine, else: */
    struct cog_tunnel tunnel;
    struct cog_session *services; /* what is answered on `session` */
    char *session_id;
    int signals; /* of cog_signals_watch() */
    sigset_t mask_before;
    unsigned interrupts; /* how often the user has asked to stop */
};

/* Connects and opens the session. `shared_key` stands for the folders' place: with the same
 * key the engine compares them with what it got last time. Returns 0; -1 after
 * engine.unreachable or engine.refused; COG_EXIT_INTERRUPTED. To be released in any case.
 */
int cog_client_open(struct cog_client *client, const struct cog_builder *builder,
                    struct cog_session *session, const char *shared_key,
                    struct cog_diags *diags);
void cog_client_release(struct cog_client *client);

/* Waits up to `milliseconds` for something to happen and deals with it. */
void cog_client_step(struct cog_client *client, int milliseconds);

/* Why the client is beyond use; NULL while it is not. */
const char *cog_client_lost(const struct cog_client *client);

#endif
