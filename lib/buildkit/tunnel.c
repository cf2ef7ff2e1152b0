/* tunnel.c - a session inside a call. */
#include "buildkit/tunnel.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "buildkit.pb-c.h"
#include "grpc/message.h"

enum {
    PIECE = 32 << 10,    /* bytes of a message, as grpchijack sends them */
    MAX_PIECE = 4 << 20, /* that may come in one */
    PULL = 256 << 10,    /* bytes that are queued at a time */
};

static void lose(struct cog_tunnel *tunnel, const char *reason)
{
    if (tunnel->lost)
        return;
    tunnel->lost = cog_strdup(reason);
    cog_connection_lose(tunnel->inner, reason);
}

static void send_piece(struct cog_call *call, const unsigned char *bytes, size_t size)
{
    Buildkit__BytesMessage message = BUILDKIT__BYTES_MESSAGE__INIT;

    message.data.data = (uint8_t *)bytes;
    message.data.len = size;
    cog_call_send_message(call, &message.base);
}

/* The call would take more: the next bytes of the session, as far as there are any. */
static void send_more(void *data, struct cog_call *call)
{
    struct cog_tunnel *tunnel = data;
    const unsigned char *bytes;
    ptrdiff_t size = 0;

    for (size_t queued = 0; queued < PULL && !tunnel->lost; queued += (size_t)size) {
        size = cog_connection_send(tunnel->inner, &bytes);
        if (size < 0)
            lose(tunnel, "the session broke");
        if (size <= 0)
            return;
        for (ptrdiff_t at = 0; at < size; at += PIECE)
            send_piece(call, bytes + at,
                       size - at < PIECE ? (size_t)(size - at) : (size_t)PIECE);
    }
}

static void take_piece(void *data, struct cog_call *call, const unsigned char *bytes,
                       size_t size)
{
    struct cog_tunnel *tunnel = data;
    Buildkit__BytesMessage *message =
        (void *)cog_message_unpack(&buildkit__bytes_message__descriptor, bytes, size);

    (void)call;
    if (!message ||
        (!tunnel->lost && message->data.len > 0 &&
         cog_connection_receive(tunnel->inner, message->data.data, message->data.len) < 0))
        lose(tunnel, "the session does not speak HTTP/2");
    if (message)
        cog_message_free(&message->base);
}

static void take_end(void *data, struct cog_call *call, const struct cog_status *status)
{
    struct cog_tunnel *tunnel = data;

    (void)call;
    tunnel->call = NULL;
    lose(tunnel,
         status->code == COG_CODE_OK ? "the engine ended the session" : status->message);
}

void cog_tunnel_open(struct cog_tunnel *tunnel, struct cog_connection *outer,
                     const struct cog_metadata *metadata, struct cog_connection *inner)
{
    static const struct cog_call_events events = {
        .message = take_piece, .drained = send_more, .closed = take_end};

    *tunnel = (struct cog_tunnel){.inner = inner};
    tunnel->call = cog_call_start(outer, "/moby.buildkit.v1.Control/Session", metadata,
                                  &events, tunnel);
    cog_call_limit(tunnel->call, MAX_PIECE);
}

void cog_tunnel_release(struct cog_tunnel *tunnel)
{
    static const struct cog_call_events none = {0};

    if (tunnel->call) {
        cog_call_cancel(tunnel->call);
        cog_call_handle(tunnel->call, &none, NULL);
    }
    if (tunnel->inner)
        cog_connection_free(tunnel->inner);
    free(tunnel->lost);
    *tunnel = (struct cog_tunnel){0};
}

void cog_tunnel_advance(struct cog_tunnel *tunnel)
{
    if (tunnel->call)
        cog_call_wake(tunnel->call);
}
