/* message.c - protobuf messages in calls. */
#include "grpc/message.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/auto.h"

static void release(void *data, void *memory)
{
    (void)data;
    free(memory);
}

/* What unpacking a message may take: packed, it says most of what it holds. A message of
 * nothing but empty parts would take fifty times its size. */
enum {
    UNPACKED_RATIO = 4,
    UNPACKED_LEAST = 64 << 10,
};

static void *allocate_within(void *data, size_t size)
{
    size_t *left = data;

    if (size > *left)
        return NULL;
    *left -= size;
    return cog_alloc(size);
}

void cog_call_send_message(struct cog_call *call, const ProtobufCMessage *message)
{
    size_t size = protobuf_c_message_get_packed_size(message);
    auto_free unsigned char *bytes = cog_alloc(size);

    protobuf_c_message_pack(message, bytes);
    cog_call_send(call, bytes, size);
}

ProtobufCMessage *cog_message_unpack(const ProtobufCMessageDescriptor *descriptor,
                                     const unsigned char *bytes, size_t size)
{
    size_t left = UNPACKED_LEAST + UNPACKED_RATIO * size;
    ProtobufCAllocator allocator = {
        .alloc = allocate_within, .free = release, .allocator_data = &left};

    return protobuf_c_message_unpack(descriptor, &allocator, size, bytes);
}

void cog_message_free(ProtobufCMessage *message)
{
    ProtobufCAllocator allocator = {.free = release};

    if (message)
        protobuf_c_message_free_unpacked(message, &allocator);
}

static void take_reply(void *data, struct cog_call *call, const unsigned char *bytes,
                       size_t size)
{
    struct cog_unary *unary = data;

    (void)call;
    cog_message_free(unary->reply);
    unary->reply = cog_message_unpack(unary->expects, bytes, size);
}

static void take_end(void *data, struct cog_call *call, const struct cog_status *status)
{
    struct cog_unary *unary = data;

    (void)call;
    unary->done = true;
    unary->call = NULL;
    unary->status.code = status->code;
    unary->status.message = cog_strdup(status->message);
    unary->status.details = status->details ? cog_strdup(status->details) : NULL;
    if (status->code != COG_CODE_OK) {
        cog_message_free(unary->reply);
        unary->reply = NULL;
    } else if (!unary->reply) {
        unary->status.code = COG_CODE_INTERNAL;
        free(unary->status.message);
        unary->status.message = cog_strdup("an unreadable answer");
    }
}

void cog_unary_start(struct cog_unary *unary, struct cog_connection *connection,
                     const char *method, const struct cog_metadata *metadata,
                     const ProtobufCMessage *request,
                     const ProtobufCMessageDescriptor *expects)
{
    static const struct cog_call_events events = {.message = take_reply,
                                                  .closed = take_end};

    *unary = (struct cog_unary){.expects = expects};
    unary->call = cog_call_start(connection, method, metadata, &events, unary);
    cog_call_send_message(unary->call, request);
    cog_call_end(unary->call);
}

/* The call outlives its owner until the connection has let go of it. */
static void disown(struct cog_call *call)
{
    static const struct cog_call_events none = {0};

    cog_call_cancel(call);
    cog_call_handle(call, &none, NULL);
}

void cog_unary_release(struct cog_unary *unary)
{
    if (unary->call)
        disown(unary->call);
    cog_status_release(&unary->status);
    cog_message_free(unary->reply);
    unary->reply = NULL;
}
