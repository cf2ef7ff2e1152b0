/* link.h - an HTTP/2 connection to an engine.
 *
 * BuildKit itself speaks HTTP/2 at once. The Docker Engine gives its BuildKit behind "POST
 * /grpc" and the session behind "POST /session", both with "Upgrade: h2c" (moby
 * api/server/router). Not one byte of HTTP/2 may be sent before the answer 101 has come:
 * the engine would swallow it.
 *
 * An engine that says nothing is given up: after 30 s before its first frame, later when a
 * ping that follows 30 s of silence is not answered within 30 s. grpc-go takes pings ill
 * that come more often than every 5 minutes without data in between (internal/transport,
 * MinTime). */
#ifndef COG_BUILDKIT_LINK_H
#define COG_BUILDKIT_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buildkit/transport.h"
#include "grpc/connection.h"

struct cog_link {
    struct cog_transport transport;
    struct cog_connection *connection; /* NULL: the link is not in use */
    const char *upgrade;               /* the path to upgrade; NULL: HTTP/2 at once */
    bool answered;                     /* something has come */
    bool upgraded;                     /* HTTP/2 from here on */
    bool silent;                       /* it was given up for that */
    char *lost;                        /* why it is beyond use; NULL while it is not */
    char head[8192];
    size_t head_size; /* of the answer to the upgrade, so far */
    unsigned char *out;
    size_t out_start, out_end, out_capacity; /* bytes that wait for the socket */
    int64_t received_at, pinged_at;          /* milliseconds; 0: not yet */
    size_t frames_at_ping;                   /* cog_connection_frames() at that time */
    bool pinged;                             /* and nothing has come since */
};

/* Connects, which may block for some seconds with TCP, and asks for the upgrade of `path`
 * (in static storage), unless that is NULL or TLS agrees on HTTP/2; `headers` are lines
 * that end with CRLF. The connection becomes the link's. On failure `lost` is set. To be
 * released in any case. */
void cog_link_open(struct cog_link *link, const struct cog_builder *builder,
                   const char *path, const char *headers,
                   struct cog_connection *connection);
void cog_link_release(struct cog_link *link);

/* Whether the first frame has come. */
bool cog_link_established(const struct cog_link *link);

/* Whether what came is no answer to an upgrade, as from an engine that speaks HTTP/2 at
 * once, or one that refuses it. */
bool cog_link_refused(const struct cog_link *link);

/* What to poll the descriptor for. */
short cog_link_events(struct cog_link *link);

/* Reads and writes as far as it goes without blocking; `events` are poll's. */
void cog_link_advance(struct cog_link *link, short events);

/* Gives an engine up that has been silent for too long. */
void cog_link_watch(struct cog_link *link);

/* Milliseconds of a clock that is never set, nor runs while the machine sleeps. */
int64_t cog_clock(void);

#endif
