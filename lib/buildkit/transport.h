/* transport.h - a stream of bytes to an engine: a socket, TLS on a socket, or a command.
 *
 * Nothing blocks but opening, which may take some seconds with TCP. */
#ifndef COG_BUILDKIT_TRANSPORT_H
#define COG_BUILDKIT_TRANSPORT_H

#include <openssl/types.h>
#include <stdbool.h>
#include <stddef.h>

#include "buildkit/builder.h"
#include "buildkit/command.h"

struct cog_transport {
    int fd;
    SSL_CTX *context;
    SSL *ssl;         /* NULL: plain */
    bool greets;      /* the TLS handshake is not yet done */
    bool wants_write; /* TLS must write before it can go on */
    struct cog_client_command command;
    char *error; /* why it is beyond use; NULL while it is not */
};

enum {
    COG_TRANSPORT_LATER = -1, /* nothing can be read or written just now */
    COG_TRANSPORT_LOST = -2,  /* `error` says why */
};

/* Connects. To be released in any case; `error` is set when it failed. */
void cog_transport_open(struct cog_transport *transport, const struct cog_builder *builder);
void cog_transport_release(struct cog_transport *transport);

/* Both return the number of bytes, or one of the above; a read returns 0 at the end. */
ptrdiff_t cog_transport_read(struct cog_transport *transport, void *bytes, size_t size);
ptrdiff_t cog_transport_write(struct cog_transport *transport, const void *bytes,
                              size_t size);

/* Goes on with the TLS handshake. Returns whether bytes can be exchanged. */
bool cog_transport_ready(struct cog_transport *transport);

/* What to poll `fd` for; `writing`: there are bytes to be written. */
short cog_transport_events(const struct cog_transport *transport, bool writing);

/* Whether TLS has bytes that poll does not know of. */
bool cog_transport_pending(const struct cog_transport *transport);

/* Whether both ends have agreed on HTTP/2 by TLS (ALPN, RFC 7301). */
bool cog_transport_agreed(const struct cog_transport *transport);

#endif
