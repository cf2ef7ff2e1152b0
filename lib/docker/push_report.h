/* push_report.h - what an engine says of a push, as reports of progress in the form of
 * BuildKit's rawjson (buildkit/status.h): a step, and the layers as its parts. */
#ifndef COG_DOCKER_PUSH_REPORT_H
#define COG_DOCKER_PUSH_REPORT_H

#include <jansson.h>
#include <stddef.h>

/* Takes a report. */
typedef void cog_push_teller(void *data, const json_t *report);

/* To be set up with `tell` and `data`; both NULL: nobody wants to know. */
struct cog_push_report {
    cog_push_teller *tell;
    void *data;
    char *name, *digest; /* of the step */
    char *began;
    json_t *layers; /* id -> what was told of it last */
    char *partial;  /* a line without its end */
    size_t size;
};

/* The push of the image `name` begins. */
void cog_push_report_begin(struct cog_push_report *report, const char *name);

/* A cog_http_sink: takes the engine's answer, one JSON object a line. */
void cog_push_report_feed(void *report, const char *bytes, size_t size);

/* It is over; `error` is NULL when all is well. Releases what the report holds. */
void cog_push_report_end(struct cog_push_report *report, const char *error);

#endif
