/* grpc.c - fuzzes HTTP/2 and gRPC as they come from an engine, in pieces: to the client
 * that builds, which has two calls, or to the session. The first byte says which, and how
 * large the pieces are. */
#include <stdint.h>
#include <string.h>

#include "grpc/call.h"
#include "session/session.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void take(void *data, struct cog_call *call, const unsigned char *bytes, size_t size)
{
    size_t *total = data;

    (void)call;
    for (size_t i = 0; i < size; i++)
        *total += bytes[i];
}

static void close_call(void *data, struct cog_call *call, const struct cog_status *status)
{
    (void)call;
    *(size_t *)data += strlen(status->message);
}

/* Writes nowhere what the connection has to say. */
static bool drain(struct cog_connection *connection)
{
    const unsigned char *sent;
    ptrdiff_t size;

    while ((size = cog_connection_send(connection, &sent)) > 0)
        ;
    return size == 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static const struct cog_call_events events = {.message = take, .closed = close_call};
    struct cog_diags diags;
    size_t total = 0;

    if (size == 0)
        return 0;
    cog_diags_init(&diags, "fuzz");
    struct cog_session session = {.diags = &diags};
    bool client = bytes[0] & 1;
    size_t piece = bytes[0] / 2 ? bytes[0] / 2 : size;
    struct cog_connection *connection =
        client ? cog_connection_client("fuzz", false)
               : cog_connection_server(cog_session_call, &session);
    for (int i = 0; client && i < 2; i++) {
        struct cog_call *call = cog_call_start(connection, "/a.B/C", NULL, &events, &total);
        cog_call_send(call, "x", 1);
        cog_call_end(call);
    }
    bool usable = drain(connection);
    bytes++;
    size--;
    for (size_t part; usable && size > 0; bytes += part, size -= part) {
        part = size < piece ? size : piece;
        usable = cog_connection_receive(connection, bytes, part) == 0 && drain(connection);
    }
    if (!usable)
        cog_connection_lose(connection, "fuzz");
    cog_connection_free(connection);
    cog_diags_release(&diags);
    return 0;
}
