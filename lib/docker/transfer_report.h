/* transfer_report.h - what a Docker Engine tells of a push or a pull, one JSON object a
 * line, as reports of progress and a result. */
#ifndef COG_DOCKER_TRANSFER_REPORT_H
#define COG_DOCKER_TRANSFER_REPORT_H

#include <jansson.h>

#include "docker/transfer.h"

struct cog_transfer_report {
    const struct cog_transfer *transfer;
    char *vertex;  /* stands for it in the reports */
    json_t *parts; /* by name: what was reported last */
    char *line;    /* one that has not ended */
    size_t size;
    char *error, *digest; /* NULL: not told; the caller's to take */
};

/* Begins, and tells so. */
void cog_transfer_report_init(struct cog_transfer_report *report,
                              const struct cog_transfer *transfer);

/* A cog_http_sink. */
void cog_transfer_report_add(void *report, const char *bytes, size_t size);

/* Tells that it is over: `error`, or NULL. */
void cog_transfer_report_end(struct cog_transfer_report *report, const char *error);
void cog_transfer_report_release(struct cog_transfer_report *report);

#endif
