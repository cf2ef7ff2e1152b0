/* batch.h - all predictions of one run of the program: those that options give are checked
 * first, then sent one after the other, those of stdin as filter.h has it. */
#ifndef COG_PREDICT_BATCH_H
#define COG_PREDICT_BATCH_H

#include <jansson.h>
#include <stdbool.h>

#include "base/diag.h"
#include "predict/filter.h"
#include "predict/request.h"
#include "predict/server.h"

/* Zero-initialise and fill. */
struct cog_batch {
    struct cog_requests requests; /* owned */
    json_t *openapi;              /* the model's document, owned; NULL until it is known */
    struct cog_filter filter;     /* for requests on stdin, if it is open; owned */
    bool resume;                  /* stdout has the answers of an earlier run */
    bool output_only;             /* for people (output.h), not as JSON lines */
    bool stream;                  /* events instead (events.h) */
    json_t *context;              /* added to each request, owned; or NULL */
    bool training;                /* what is sent are trainings */
    bool whole;                   /* all of each prediction, indented */
    const char *output_file;      /* borrowed, or NULL */
    long setup_seconds;           /* how long setup may take; 0: 300 */
    long seconds;                 /* and a prediction; 0: any time */
    bool complete;                /* set by cog_batch_check() */
};

void cog_batch_release(struct cog_batch *batch);

/* Completes what the options said: requests from `json` (see cog_requests_add_json()), or
 * from stdin when neither that nor texts are given (`all` of them now, also if they are for
 * people or streamed, else as a filter); the model's document from the file `schema`, if
 * not NULL. Returns 0, -1 after diagnostics, or COG_EXIT_NO_INPUT. */
int cog_batch_gather(struct cog_batch *batch, const char *json, const char *schema,
                     bool all, struct cog_diags *diags);

/* Takes the model's document from JSON text; `name` is for messages. Returns 0, or -1 after
 * doc.syntax. */
int cog_batch_set_openapi(struct cog_batch *batch, const char *text, const char *name,
                          struct cog_diags *diags);

/* Checks all inputs if the document is known. Returns 0 or -1. */
int cog_batch_check(struct cog_batch *batch, struct cog_diags *diags);

/* Waits for the server, checks what was not checked yet, sends all and writes the answers
 * to stdout. Returns a cog_server_result or COG_EXIT_INTERRUPTED; predict.failed
 * (COG_ERROR) for each prediction that did not succeed. */
int cog_batch_run(struct cog_batch *batch, const struct cog_server *server,
                  struct cog_diags *diags);

#endif
