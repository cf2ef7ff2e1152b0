/* call.h - one gRPC call, at either end.
 *
 * A call belongs to its connection and is gone after its event `closed`, which always
 * comes, whether the call ended well, was refused, was cancelled or lost its connection. */
#ifndef COG_GRPC_CALL_H
#define COG_GRPC_CALL_H

#include <stdbool.h>
#include <stddef.h>

#include "grpc/connection.h"
#include "grpc/status.h"

/* Limits, in bytes, so that a hostile peer cannot fill the memory. */
enum {
    COG_CALL_MAX_REPLY = 8 << 20,          /* a message that a client gets */
    COG_CALL_MAX_QUESTION = 64 << 10,      /* a message that a server gets */
    COG_CALL_MAX_METADATA = 256 << 10,     /* names and values of one call, */
    COG_CONNECTION_MAX_METADATA = 2 << 20, /* of all that are open, */
    COG_HEADER_COST = 64,                  /* and what each counts besides */
};

/* What happens to a call. Any may be NULL. */
struct cog_call_events {
    /* A message has arrived; `bytes` are valid during the event only. */
    void (*message)(void *data, struct cog_call *call, const unsigned char *bytes,
                    size_t size);
    /* The peer has sent its last message. */
    void (*ended)(void *data, struct cog_call *call);
    /* All that was queued is with the peer, and it would take more: the place to send the
     * next piece of something long, so that memory stays bounded. When nothing is sent now,
     * the event comes again after the next cog_call_send() or cog_call_wake(). */
    void (*drained)(void *data, struct cog_call *call);
    /* The last event. A client finds here how the call ended. */
    void (*closed)(void *data, struct cog_call *call, const struct cog_status *status);
};

/* Metadata to send; an array ends with {0}. Names are lower case. */
struct cog_metadata {
    const char *name, *value;
};

/* Client: starts a call. All arguments but `data` and `events` are copied; `metadata` may
 * be NULL. */
struct cog_call *cog_call_start(struct cog_connection *connection, const char *method,
                                const struct cog_metadata *metadata,
                                const struct cog_call_events *events, void *data);

/* Sets what a message of the peer may have, instead of the above. */
void cog_call_limit(struct cog_call *call, size_t bytes);

/* Holds the peer back, after what it may send without being asked again, or lets it go on.
 */
void cog_call_hold(struct cog_call *call, bool hold);

/* Client: no more messages will be sent. */
void cog_call_end(struct cog_call *call);

/* Server: takes the call. Client: gives its events to another handler. */
void cog_call_handle(struct cog_call *call, const struct cog_call_events *events,
                     void *data);

/* Server: ends the call after what is queued. `message` may be NULL. */
void cog_call_finish(struct cog_call *call, enum cog_code code, const char *message);

/* Queues one message. After the end it is dropped. */
void cog_call_send(struct cog_call *call, const void *bytes, size_t size);

/* Has `drained` called again: there is something to send. */
void cog_call_wake(struct cog_call *call);

/* Ends the call at once (RST_STREAM with CANCEL). */
void cog_call_cancel(struct cog_call *call);

/* The value of the `index`-th metadata `name` that the peer has sent, or NULL. */
const char *cog_call_metadata(const struct cog_call *call, const char *name, size_t index);

#endif
