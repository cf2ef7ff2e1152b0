/* private.h - what the files of this folder share. */
#ifndef COG_HTTP_PRIVATE_H
#define COG_HTTP_PRIVATE_H

#include <curl/curl.h>
#include <stdbool.h>

#include "http/handle.h"

struct cog_http {
    CURLM *multi;
    struct cog_http_exchange exchange;
    CURL *followed; /* NULL when nothing is */
    struct cog_http_lists followed_lists;
    cog_http_sink sink;
    void *sink_context;
    bool answers; /* the followed request has a status */
    int signals;  /* a signalfd, or -1 */
    unsigned interrupts;
    bool shielded; /* from them */
};

/* How a handle's exchange ended; the handle has it as CURLOPT_PRIVATE. */
struct cog_http_end {
    bool ended;
    CURLcode code;
};

/* Sleeps until something happens, `fd` (-1: none) can be read, which goes to `*readable`
 * (or NULL), or the time is over, and lets libcurl work. Returns COG_HTTP_OK or
 * COG_HTTP_INTERRUPTED. */
int cog_http_step(struct cog_http *http, long milliseconds, int fd, bool *readable);

/* Whether `handle` has come to its end, and how. The ends of others go to their struct
 * cog_http_end; the followed answer's is noticed. */
bool cog_http_take_ends(struct cog_http *http, const CURL *handle, CURLcode *code);

#endif
