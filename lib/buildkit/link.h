/* link.h - a socket to the engine that was turned from HTTP/1.1 into HTTP/2.
 *
 * The Docker Engine gives its BuildKit behind "POST /grpc" and the session behind
 * "POST /session", both with "Upgrade: h2c" (moby api/server/router). Not one byte of
 * HTTP/2 may be sent before the answer 101 has come: the engine would swallow it. */
#ifndef COG_BUILDKIT_LINK_H
#define COG_BUILDKIT_LINK_H

#include <stdbool.h>
#include <stddef.h>

#include "grpc/connection.h"

/* Where the engine listens; borrowed. */
struct cog_builder {
    const char *socket; /* path of a unix socket, or NULL for `url` */
    const char *url;    /* "http://HOST:PORT" */
    const char *name;   /* for messages */
};

struct cog_link {
    int fd;
    struct cog_connection *connection;
    bool upgraded; /* HTTP/2 from here on */
    char *lost;    /* why it is beyond use; NULL while it is not */
    char head[8192];
    size_t head_size; /* of the answer to the upgrade, so far */
    unsigned char *out;
    size_t out_start, out_end, out_capacity; /* bytes that wait for the socket */
};

/* Connects, which may block for some seconds with TCP, and asks for the upgrade of `path`;
 * `headers` are lines that end with CRLF. The connection becomes the link's. On failure
 * `lost` is set. To be released in any case. */
void cog_link_open(struct cog_link *link, const struct cog_builder *builder,
                   const char *path, const char *headers,
                   struct cog_connection *connection);
void cog_link_release(struct cog_link *link);

/* What to poll the descriptor for. */
short cog_link_events(struct cog_link *link);

/* Reads and writes as far as it goes without blocking; `events` are poll's. */
void cog_link_advance(struct cog_link *link, short events);

#endif
