/* inflow.c - what an exporter is giving out, on its way to a sink. */
#include "session/inflow.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "grpc/message.h"
#include "session.pb-c.h"

enum {
    MAX_PIECE = 4 << 20, /* bytes of a message; BuildKit cuts at 3 MiB */
    ENOUGH = 1 << 20,    /* that wait, and the engine is held back */
};

/* Gives the sink what it takes; with all given and the end behind it, finishes the call. */
static void pour(struct cog_inflow *flow)
{
    struct cog_sink *sink = flow->sink;

    while (flow->start < flow->end) {
        ptrdiff_t took =
            sink->write(sink->data, flow->bytes + flow->start, flow->end - flow->start);
        if (took < 0) {
            flow->start = flow->end = 0;
            cog_inflow_fail(flow);
        }
        if (took <= 0)
            return;
        flow->start += (size_t)took;
    }
    flow->start = flow->end = 0;
    cog_call_hold(flow->call, false);
    if (!flow->ended)
        return;
    int done = sink->end(sink->data);
    if (done < 0)
        cog_inflow_fail(flow);
    else if (done > 0)
        cog_call_finish(flow->call, COG_CODE_OK, NULL);
}

static void keep(struct cog_inflow *flow, const void *bytes, size_t size)
{
    if (flow->end + size > flow->capacity) {
        flow->capacity = flow->end + size;
        flow->bytes = cog_realloc(flow->bytes, flow->capacity, 1);
    }
    memcpy(flow->bytes + flow->end, bytes, size);
    flow->end += size;
}

static void take_piece(void *data, struct cog_call *call, const unsigned char *bytes,
                       size_t size)
{
    struct cog_inflow *flow = data;

    (void)call;
    if (flow->ended)
        return;
    if (flow->sink->folder) {
        cog_receiver_take(flow->receiver, bytes, size);
        return;
    }
    Session__BytesMessage *message =
        (void *)cog_message_unpack(&session__bytes_message__descriptor, bytes, size);
    if (message && message->data.len > 0) {
        keep(flow, message->data.data, message->data.len);
        pour(flow);
        cog_call_hold(flow->call, flow->end - flow->start > ENOUGH);
    }
    if (message)
        cog_message_free(&message->base);
}

static void take_end(void *data, struct cog_call *call)
{
    struct cog_inflow *flow = data;

    (void)call;
    if (flow->ended || flow->sink->folder)
        return;
    flow->ended = true;
    pour(flow);
}

static void forget(void *data, struct cog_call *call, const struct cog_status *status)
{
    struct cog_inflow *flow = data;

    (void)call, (void)status;
    flow->sink->flow = NULL;
    cog_receiver_free(flow->receiver);
    free(flow->bytes);
    free(flow);
}

/* The sink of the exporter that calls; NULL: there is none, or it is at work. */
static struct cog_sink *find_sink(const struct cog_session *session,
                                  const struct cog_call *call)
{
    const char *text = cog_call_metadata(call, "buildkit-attachable-exporter-id", 0);
    unsigned long id = text ? strtoul(text, NULL, 10) : 0;

    if (id >= session->sink_count || session->sinks[id].flow)
        return NULL;
    return session->sinks[id].folder || session->sinks[id].write ? &session->sinks[id]
                                                                 : NULL;
}

void cog_session_receive(struct cog_session *session, struct cog_call *call)
{
    static const struct cog_call_events events = {
        .message = take_piece, .ended = take_end, .closed = forget};
    struct cog_sink *sink = find_sink(session, call);

    if (!sink) {
        cog_call_finish(call, COG_CODE_NOT_FOUND, "no such output");
        return;
    }
    struct cog_inflow *flow = cog_alloc(sizeof *flow);
    *flow = (struct cog_inflow){.session = session, .sink = sink, .call = call};
    sink->flow = flow;
    cog_call_limit(call, MAX_PIECE);
    cog_call_handle(call, &events, flow);
    if (sink->folder && !(flow->receiver = cog_receiver_new(flow)))
        cog_inflow_fail(flow);
}

static bool waits(const struct cog_inflow *flow)
{
    return flow && !flow->sink->folder && (flow->start < flow->end || flow->ended);
}

size_t cog_session_poll_sinks(const struct cog_session *session, struct pollfd *polls)
{
    size_t count = 0;

    for (size_t i = 0; i < session->sink_count && count < COG_SESSION_MAX_SINKS; i++)
        if (waits(session->sinks[i].flow))
            polls[count++] = (struct pollfd){.fd = session->sinks[i].fd,
                                             .events = session->sinks[i].events};
    return count;
}

void cog_session_advance_sinks(struct cog_session *session)
{
    for (size_t i = 0; i < session->sink_count; i++)
        if (waits(session->sinks[i].flow))
            pour(session->sinks[i].flow);
}
