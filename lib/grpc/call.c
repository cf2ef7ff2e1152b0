/* call.c - one gRPC call: what goes out, and how it ends. */
#include "grpc/call.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "grpc/stream.h"

static const struct cog_call_events no_events = {0};

struct cog_call *cog_stream_new(struct cog_connection *connection)
{
    struct cog_call *call = cog_alloc(sizeof *call);

    call->connection = connection;
    call->events = &no_events;
    cog_frames_init(&call->frames,
                    connection->server ? COG_CALL_MAX_QUESTION : COG_CALL_MAX_REPLY);
    call->next = connection->calls;
    if (call->next)
        call->next->previous = call;
    connection->calls = call;
    return call;
}

void cog_stream_close(struct cog_call *call, const struct cog_status *status)
{
    if (call->previous)
        call->previous->next = call->next;
    else
        call->connection->calls = call->next;
    if (call->next)
        call->next->previous = call->previous;
    if (call->events->closed)
        call->events->closed(call->data, call, status);

    call->connection->header_bytes -= call->header_bytes;
    for (size_t i = 0; i < call->header_count; i++) {
        free(call->headers[i].name);
        free(call->headers[i].value);
    }
    free(call->headers);
    free(call->out);
    cog_frames_release(&call->frames);
    cog_status_release(&call->status);
    free(call);
}

static nghttp2_nv pair(const char *name, const char *value)
{
    return (nghttp2_nv){
        .name = (uint8_t *)name,
        .value = (uint8_t *)value,
        .namelen = strlen(name),
        .valuelen = strlen(value),
    };
}

struct cog_call *cog_call_start(struct cog_connection *connection, const char *method,
                                const struct cog_metadata *metadata,
                                const struct cog_call_events *events, void *data)
{
    struct cog_call *call = cog_stream_new(connection);
    nghttp2_data_provider provider = {.source = {.ptr = call},
                                      .read_callback = cog_stream_read};
    size_t count = 0, extra = 0;

    while (metadata && metadata[extra].name)
        extra++;
    auto_free nghttp2_nv *headers = cog_calloc(6 + extra, sizeof *headers);
    headers[count++] = pair(":method", "POST");
    headers[count++] = pair(":scheme", connection->scheme);
    headers[count++] = pair(":path", method);
    headers[count++] = pair(":authority", connection->authority);
    headers[count++] = pair("content-type", "application/grpc");
    headers[count++] = pair("te", "trailers");
    for (size_t i = 0; i < extra; i++)
        headers[count++] = pair(metadata[i].name, metadata[i].value);

    call->events = events;
    call->data = data;
    call->id =
        nghttp2_submit_request(connection->session, NULL, headers, count, &provider, call);
    if (call->id < 0) /* memory, or 2^30 calls on one connection */
        abort();
    return call;
}

void cog_call_handle(struct cog_call *call, const struct cog_call_events *events,
                     void *data)
{
    call->events = events;
    call->data = data;
}

void cog_call_limit(struct cog_call *call, size_t bytes)
{
    call->frames.limit = bytes;
}

void cog_call_hold(struct cog_call *call, bool hold)
{
    call->hold = hold;
    if (hold || call->held == 0 || call->stopped)
        return;
    (void)nghttp2_session_consume_stream(call->connection->session, call->id, call->held);
    call->held = 0;
}

void cog_call_wake(struct cog_call *call)
{
    if (!call->deferred)
        return;
    call->deferred = false;
    (void)nghttp2_session_resume_data(call->connection->session, call->id);
}

void cog_call_end(struct cog_call *call)
{
    call->ended = true;
    cog_call_wake(call);
}

void cog_call_finish(struct cog_call *call, enum cog_code code, const char *message)
{
    if (call->ended)
        return;
    call->status.code = (int)code;
    call->status.message = cog_strdup(message ? message : "");
    cog_call_end(call);
}

static void queue(struct cog_call *call, const void *bytes, size_t size)
{
    if (call->out_end + size > call->out_capacity) {
        call->out_capacity = 2 * call->out_capacity + size;
        call->out = cog_realloc(call->out, call->out_capacity, 1);
    }
    if (size > 0)
        memcpy(call->out + call->out_end, bytes, size);
    call->out_end += size;
}

void cog_call_send(struct cog_call *call, const void *bytes, size_t size)
{
    unsigned char prefix[COG_FRAME_PREFIX];

    if (call->ended)
        return;
    cog_frame_prefix(prefix, size);
    queue(call, prefix, sizeof prefix);
    queue(call, bytes, size);
    cog_call_wake(call);
}

static void reset(struct cog_call *call, uint32_t error)
{
    call->stopped = call->ended = true;
    (void)nghttp2_submit_rst_stream(call->connection->session, NGHTTP2_FLAG_NONE, call->id,
                                    error);
}

void cog_call_cancel(struct cog_call *call)
{
    if (!call->stopped)
        reset(call, NGHTTP2_CANCEL);
}

void cog_stream_break(struct cog_call *call, enum cog_code code, const char *message)
{
    if (call->stopped)
        return;
    cog_status_release(&call->status);
    call->status = (struct cog_status){.code = (int)code, .message = cog_strdup(message)};
    reset(call, NGHTTP2_INTERNAL_ERROR);
}

const char *cog_call_metadata(const struct cog_call *call, const char *name, size_t index)
{
    for (size_t i = 0; i < call->header_count; i++) {
        if (strcmp(call->headers[i].name, name) == 0 && index-- == 0)
            return call->headers[i].value;
    }
    return NULL;
}

static void submit_trailers(const struct cog_call *call)
{
    auto_free char *code = cog_printf("%d", call->status.code);
    auto_free char *message = cog_status_encode(call->status.message);
    nghttp2_nv trailers[] = {pair("grpc-status", code), pair("grpc-message", message)};

    if (nghttp2_submit_trailer(call->connection->session, call->id, trailers, 2) != 0)
        abort();
}

ssize_t cog_stream_read(nghttp2_session *session, int32_t id, uint8_t *bytes, size_t size,
                        uint32_t *flags, nghttp2_data_source *source, void *data)
{
    struct cog_call *call = source->ptr;

    (void)session, (void)id, (void)data;
    if (call->out_start == call->out_end) {
        call->out_start = call->out_end = 0;
        if (!call->ended && call->events->drained)
            call->events->drained(call->data, call);
    }
    size_t part = call->out_end - call->out_start;
    if (part > size)
        part = size;
    if (part > 0)
        memcpy(bytes, call->out + call->out_start, part);
    call->out_start += part;
    if (call->out_start == call->out_end && call->ended) {
        *flags |= NGHTTP2_DATA_FLAG_EOF;
        if (call->connection->server && !call->stopped) {
            *flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
            submit_trailers(call);
        }
    } else if (part == 0) {
        call->deferred = true;
        return NGHTTP2_ERR_DEFERRED;
    }
    return (ssize_t)part;
}

struct cog_status cog_stream_verdict(const struct cog_call *call, uint32_t error)
{
    const char *code = cog_call_metadata(call, "grpc-status", 0);
    const char *message = cog_call_metadata(call, "grpc-message", 0);
    const char *details = cog_call_metadata(call, "grpc-status-details-bin", 0);
    const char *http = cog_call_metadata(call, ":status", 0);
    char *end;

    if (call->status.message) /* broken here */
        return (struct cog_status){call->status.code, cog_strdup(call->status.message),
                                   NULL};
    if (code) {
        long number = strtol(code, &end, 10);
        bool known = end > code && !*end && number >= 0 && number <= 16;
        return (struct cog_status){
            .code = known ? (int)number : COG_CODE_UNKNOWN,
            .message = cog_status_decode(message ? message : ""),
            .details = details ? cog_strdup(details) : NULL,
        };
    }
    if (error == NGHTTP2_CANCEL)
        return (struct cog_status){COG_CODE_CANCELLED, cog_strdup("cancelled"), NULL};
    if (http && strcmp(http, "200") != 0)
        return (struct cog_status){COG_CODE_UNAVAILABLE, cog_printf("HTTP status %s", http),
                                   NULL};
    return (struct cog_status){
        COG_CODE_UNAVAILABLE,
        cog_printf("the stream was closed (%s)", nghttp2_http2_strerror(error)), NULL};
}
