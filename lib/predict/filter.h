/* filter.h - requests from a stream to predictions on another, several at once.
 *
 * The answers come in the order of the requests, each as soon as those before it are there.
 * Of both streams only what is under way is in memory. */
#ifndef COG_PREDICT_FILTER_H
#define COG_PREDICT_FILTER_H

#include <jansson.h>
#include <stdbool.h>

#include "base/diag.h"
#include "predict/reader.h"
#include "predict/server.h"

/* Zero-initialise and fill. */
struct cog_filter {
    size_t at_once;            /* predictions in flight; 0: one */
    unsigned long long skip;   /* requests that have an answer already */
    const json_t *context;     /* added to each; NULL: none; borrowed */
    bool bar;                  /* show a progress bar on stderr */
    bool open, single;         /* set by cog_filter_open(); there is one request only */
    unsigned long long done;   /* answers that were written, or skipped */
    unsigned long long failed; /* of them */
    long long size;            /* of the input in bytes, 0: unknown */
    struct cog_reader reader;
    char *first; /* request, with its size and line */
    size_t first_size;
    unsigned first_line;
};

/* Begins to read requests from `fd`, until it is known whether there are several. Returns
 * 0, -1 after a diagnostic, or COG_EXIT_NO_INPUT. */
int cog_filter_open(struct cog_filter *filter, int fd, struct cog_diags *diags);
void cog_filter_release(struct cog_filter *filter);

/* For --resume: `out`, open for writing, is the file of an earlier run: counts its lines
 * and cuts off what a killed run left of one. Returns 0, or -1 after usage.option (it is
 * not a file that is appended to) or machine.read. */
int cog_filter_resume(struct cog_filter *filter, int out, struct cog_diags *diags);

/* Sends all requests and writes a line for each: the prediction, or for a request that is
 * wrong or refused {"error", "id", "output", "status": "failed"}. Each failure is also
 * predict.failed (COG_ERROR), at its line. Returns a cog_server_result or
 * COG_EXIT_INTERRUPTED. */
int cog_filter_run(struct cog_filter *filter, const json_t *openapi,
                   const struct cog_server *server, struct cog_diags *diags);

#endif
