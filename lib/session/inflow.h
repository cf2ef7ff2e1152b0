/* inflow.h - what an exporter is giving out, on its way to a sink. */
#ifndef COG_SESSION_INFLOW_H
#define COG_SESSION_INFLOW_H

#include "session/service.h"

/* A stream of bytes, or (`receiver`) the entries of a folder. */
struct cog_inflow {
    struct cog_session *session;
    struct cog_sink *sink;
    struct cog_call *call;
    unsigned char *bytes; /* that the sink has not taken: start up to end */
    size_t start, end, capacity;
    bool ended; /* nothing more will come */
    struct cog_receiver *receiver;
};

/* Ends the call with an error, the reason being among the diagnostics. */
void cog_inflow_fail(struct cog_inflow *flow);

/* The receiver of a folder's entries (fsutil's DiffCopy, the engine is the sender). Returns
 * NULL after a diagnostic. */
struct cog_receiver *cog_receiver_new(struct cog_inflow *flow);
void cog_receiver_free(struct cog_receiver *receiver);
void cog_receiver_take(struct cog_receiver *receiver, const unsigned char *bytes,
                       size_t size);

#endif
