/* stream.h - what connection.c and call.c share: a call as nghttp2's stream. */
#ifndef COG_GRPC_STREAM_H
#define COG_GRPC_STREAM_H

#include <nghttp2/nghttp2.h>
#include <stdint.h>

#include "grpc/call.h"
#include "grpc/frame.h"

struct cog_connection {
    nghttp2_session *session;
    bool server, lost;
    char *authority;
    const char *scheme;
    cog_connection_call *on_call;
    void *data;
    struct cog_call *calls; /* open ones */
    size_t header_bytes;    /* of their headers */
    size_t frames;          /* received, see cog_connection_frames() */
};

struct cog_header {
    char *name, *value;
};

struct cog_call {
    struct cog_connection *connection;
    struct cog_call *previous, *next;
    const struct cog_call_events *events;
    void *data;
    int32_t id; /* of the stream */

    struct cog_header *headers; /* of the peer, trailers included */
    size_t header_count, header_bytes;
    struct cog_frames frames; /* coming in */

    unsigned char *out; /* going out: out_start up to out_end are not yet sent */
    size_t out_start, out_end, out_capacity;
    bool ended;    /* nothing more will be queued */
    bool deferred; /* nghttp2 waits to be told that there is something */
    bool hold;     /* the peer is to wait: */
    size_t held;   /* bytes that it is not told are taken */
    bool stopped;  /* cancelled or broken: messages are no longer given */

    struct cog_status status; /* server: to be sent; client: a verdict of this end */
};

struct cog_call *cog_stream_new(struct cog_connection *connection);

/* Takes the call out of its connection, gives the event `closed`, and frees it. */
void cog_stream_close(struct cog_call *call, const struct cog_status *status);

/* Breaks the call: it ends with `code` and `message`, whatever the peer says. */
void cog_stream_break(struct cog_call *call, enum cog_code code, const char *message);

/* nghttp2's source of a call's DATA frames. */
ssize_t cog_stream_read(nghttp2_session *session, int32_t id, uint8_t *bytes, size_t size,
                        uint32_t *flags, nghttp2_data_source *source, void *data);

/* How a client's call ended, by headers, trailers and `error`, the HTTP/2 error code with
 * which the stream was closed. The caller releases it. */
struct cog_status cog_stream_verdict(const struct cog_call *call, uint32_t error);

#endif
