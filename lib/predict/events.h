/* events.h - a prediction's events as they come (text/event-stream, HTML Living Standard
 * 9.2), written as JSON lines {"data": …, "event": "output"}. */
#ifndef COG_PREDICT_EVENTS_H
#define COG_PREDICT_EVENTS_H

#include <jansson.h>

#include "base/diag.h"
#include "predict/server.h"

/* Sends a request and writes its events to stdout until it has ended. Returns a
 * cog_server_result or COG_EXIT_INTERRUPTED: predict.failed (COG_ERROR) when the prediction
 * did not succeed, predict.stream (COG_ERROR) when the model does not stream, and those of
 * cog_server_predict(). */
int cog_events_run(const struct cog_server *server, const json_t *request,
                   struct cog_diags *diags);

#endif
