/* message.h - protobuf messages in calls, and calls of one message each way. */
#ifndef COG_GRPC_MESSAGE_H
#define COG_GRPC_MESSAGE_H

#include <protobuf-c/protobuf-c.h>

#include "grpc/call.h"

/* Packs and sends. */
void cog_call_send_message(struct cog_call *call, const ProtobufCMessage *message);

/* Reads a message of the type `descriptor`. Returns NULL when `bytes` are not one, or
 * one that would be many times as large in memory; the caller frees the result with
 * cog_message_free(). */
ProtobufCMessage *cog_message_unpack(const ProtobufCMessageDescriptor *descriptor,
                                     const unsigned char *bytes, size_t size);
void cog_message_free(ProtobufCMessage *message);

/* The outcome of a call of one message each way. */
struct cog_unary {
    bool done;
    struct cog_status status;
    ProtobufCMessage *reply; /* NULL unless the call ended well */
    const ProtobufCMessageDescriptor *expects;
    struct cog_call *call; /* NULL when done */
};

/* Starts the call at `unary`, which stays in place until done; released by the caller,
 * which cancels the call when it is still open. */
void cog_unary_start(struct cog_unary *unary, struct cog_connection *connection,
                     const char *method, const struct cog_metadata *metadata,
                     const ProtobufCMessage *request,
                     const ProtobufCMessageDescriptor *expects);
void cog_unary_release(struct cog_unary *unary);

#endif
