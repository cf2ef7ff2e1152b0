/* connection.c - one HTTP/2 connection: what comes in. */
#include "grpc/connection.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "grpc/stream.h"

enum {
    STREAM_WINDOW = 1 << 20, /* bytes that a server takes without being asked again: of a */
    SERVER_WINDOW = 4 << 20, /* stream, of all; what exporters send is large */
    MAX_STREAMS = 50, /* a server's; BuildKit opens one per folder, secret or question */
};

static struct cog_call *call_of(nghttp2_session *session, int32_t id)
{
    return nghttp2_session_get_stream_user_data(session, id);
}

static int begin_headers(nghttp2_session *session, const nghttp2_frame *frame, void *data)
{
    struct cog_connection *connection = data;

    if (frame->headers.cat != NGHTTP2_HCAT_REQUEST)
        return 0;
    struct cog_call *call = cog_stream_new(connection);
    call->id = frame->hd.stream_id;
    return nghttp2_session_set_stream_user_data(session, call->id, call);
}

static int take_header(nghttp2_session *session, const nghttp2_frame *frame,
                       const uint8_t *name, size_t name_size, const uint8_t *value,
                       size_t value_size, uint8_t flags, void *data)
{
    struct cog_connection *connection = data;
    struct cog_call *call = call_of(session, frame->hd.stream_id);
    size_t cost = name_size + value_size + COG_HEADER_COST;

    (void)flags;
    if (!call || call->stopped)
        return 0;
    call->header_bytes += cost;
    connection->header_bytes += cost;
    if (call->header_bytes > COG_CALL_MAX_METADATA ||
        connection->header_bytes > COG_CONNECTION_MAX_METADATA) {
        cog_stream_break(call, COG_CODE_RESOURCE_EXHAUSTED, "too much metadata");
        return 0;
    }
    call->headers =
        cog_realloc(call->headers, call->header_count + 1, sizeof *call->headers);
    call->headers[call->header_count++] = (struct cog_header){
        .name = cog_strndup((const char *)name, name_size),
        .value = cog_strndup((const char *)value, value_size),
    };
    return 0;
}

/* Answers a call with headers; messages and trailers follow through cog_stream_read(). */
static void accept_call(struct cog_connection *connection, struct cog_call *call)
{
    static const char names[2][13] = {":status", "content-type"};
    static const char values[2][17] = {"200", "application/grpc"};
    nghttp2_data_provider provider = {.source = {.ptr = call},
                                      .read_callback = cog_stream_read};
    nghttp2_nv headers[2];
    const char *method = cog_call_metadata(call, ":path", 0);

    for (size_t i = 0; i < 2; i++)
        headers[i] = (nghttp2_nv){
            .name = (uint8_t *)names[i],
            .value = (uint8_t *)values[i],
            .namelen = strlen(names[i]),
            .valuelen = strlen(values[i]),
        };
    const struct cog_call_events *before = call->events;
    connection->on_call(connection->data, call, method ? method : "");
    if (call->events == before)
        cog_call_finish(call, COG_CODE_UNIMPLEMENTED, "unknown method");
    if (nghttp2_submit_response(connection->session, call->id, headers, 2, &provider) != 0)
        abort();
}

static int take_frame(nghttp2_session *session, const nghttp2_frame *frame, void *data)
{
    struct cog_connection *connection = data;
    bool headers = frame->hd.type == NGHTTP2_HEADERS;
    struct cog_call *call = call_of(session, frame->hd.stream_id);

    connection->frames +=
        headers || frame->hd.type == NGHTTP2_DATA || frame->hd.type == NGHTTP2_SETTINGS;
    if (!call || call->stopped || (!headers && frame->hd.type != NGHTTP2_DATA))
        return 0;
    if (headers && frame->headers.cat == NGHTTP2_HCAT_REQUEST)
        accept_call(connection, call);
    if (!(frame->hd.flags & NGHTTP2_FLAG_END_STREAM))
        return 0;
    if (!cog_frames_at_boundary(&call->frames))
        cog_stream_break(call, COG_CODE_INTERNAL, "a message was cut short");
    else if (call->events->ended)
        call->events->ended(call->data, call);
    if (!connection->server)
        cog_call_end(call); /* the answer is complete: nobody reads what we might add */
    return 0;
}

static int take_message(void *data, const unsigned char *bytes, size_t size)
{
    struct cog_call *call = data;

    if (call->events->message)
        call->events->message(call->data, call, bytes, size);
    return call->stopped;
}

static int take_data(nghttp2_session *session, uint8_t flags, int32_t id,
                     const uint8_t *bytes, size_t size, void *data)
{
    struct cog_call *call = call_of(session, id);

    (void)flags, (void)data;
    (void)nghttp2_session_consume_connection(session, size);
    if (call && call->hold)
        call->held += size;
    else
        (void)nghttp2_session_consume_stream(session, id, size);
    if (!call || call->stopped)
        return 0;
    switch (cog_frames_feed(&call->frames, bytes, size, take_message, call)) {
    case COG_FRAMES_TOO_LARGE:
        cog_stream_break(call, COG_CODE_RESOURCE_EXHAUSTED, "a message is too large");
        break;
    case COG_FRAMES_COMPRESSED:
        cog_stream_break(call, COG_CODE_INTERNAL, "a message is compressed");
        break;
    case COG_FRAMES_OK:
        break;
    }
    return 0;
}

static int close_stream(nghttp2_session *session, int32_t id, uint32_t error, void *data)
{
    struct cog_call *call = call_of(session, id);

    (void)data;
    if (!call)
        return 0;
    (void)nghttp2_session_set_stream_user_data(session, id, NULL);
    struct cog_status status = cog_stream_verdict(call, error);
    cog_stream_close(call, &status);
    cog_status_release(&status);
    return 0;
}

static struct cog_connection *create(bool server)
{
    struct cog_connection *connection = cog_alloc(sizeof *connection);
    nghttp2_session_callbacks *callbacks;
    nghttp2_settings_entry settings[] = {
        {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, MAX_STREAMS},
        {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, STREAM_WINDOW},
    };
    nghttp2_option *option;

    if (nghttp2_session_callbacks_new(&callbacks) != 0 || nghttp2_option_new(&option) != 0)
        cog_out_of_memory();
    nghttp2_option_set_no_auto_window_update(option, 1);
    nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, begin_headers);
    nghttp2_session_callbacks_set_on_header_callback(callbacks, take_header);
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, take_frame);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, take_data);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, close_stream);
    int failed = server ? nghttp2_session_server_new2(&connection->session, callbacks,
                                                      connection, option)
                        : nghttp2_session_client_new2(&connection->session, callbacks,
                                                      connection, option);
    nghttp2_session_callbacks_del(callbacks);
    nghttp2_option_del(option);
    if (failed || nghttp2_submit_settings(connection->session, NGHTTP2_FLAG_NONE, settings,
                                          server ? 2 : 0) != 0)
        cog_out_of_memory();
    if (server && nghttp2_session_set_local_window_size(
                      connection->session, NGHTTP2_FLAG_NONE, 0, SERVER_WINDOW) != 0)
        cog_out_of_memory();
    connection->server = server;
    return connection;
}

struct cog_connection *cog_connection_client(const char *authority, bool tls)
{
    struct cog_connection *connection = create(false);

    connection->authority = cog_strdup(authority);
    connection->scheme = tls ? "https" : "http";
    return connection;
}

struct cog_connection *cog_connection_server(cog_connection_call *call, void *data)
{
    struct cog_connection *connection = create(true);

    connection->on_call = call;
    connection->data = data;
    return connection;
}

void cog_connection_lose(struct cog_connection *connection, const char *reason)
{
    struct cog_status status = {.code = COG_CODE_UNAVAILABLE,
                                .message = cog_strdup(reason)};

    while (connection->calls) {
        struct cog_call *call = connection->calls;
        (void)nghttp2_session_set_stream_user_data(connection->session, call->id, NULL);
        cog_stream_close(call, &status);
    }
    cog_status_release(&status);
    connection->lost = true;
}

void cog_connection_free(struct cog_connection *connection)
{
    if (!connection)
        return;
    cog_connection_lose(connection, "the connection was closed");
    nghttp2_session_del(connection->session);
    free(connection->authority);
    free(connection);
}

int cog_connection_receive(struct cog_connection *connection, const void *bytes,
                           size_t size)
{
    if (connection->lost)
        return -1;
    ssize_t taken = nghttp2_session_mem_recv(connection->session, bytes, size);

    return taken == (ssize_t)size ? 0 : -1;
}

ptrdiff_t cog_connection_send(struct cog_connection *connection,
                              const unsigned char **bytes)
{
    if (connection->lost)
        return -1;
    ssize_t size = nghttp2_session_mem_send(connection->session, bytes);

    return size < 0 ? -1 : (ptrdiff_t)size;
}

size_t cog_connection_frames(const struct cog_connection *connection)
{
    return connection->frames;
}

void cog_connection_ping(struct cog_connection *connection)
{
    (void)nghttp2_submit_ping(connection->session, NGHTTP2_FLAG_NONE, NULL);
}

bool cog_connection_over(const struct cog_connection *connection)
{
    return connection->lost || (!nghttp2_session_want_read(connection->session) &&
                                !nghttp2_session_want_write(connection->session));
}
