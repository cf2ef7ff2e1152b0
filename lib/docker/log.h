/* log.h - a container's output as the engine sends it: frames of 8 bytes (stream, 0, 0, 0,
 * length in big endian) and the text (Engine API, "ContainerAttach", stream format). */
#ifndef COG_DOCKER_LOG_H
#define COG_DOCKER_LOG_H

#include <stddef.h>

#include "base/diag.h"

enum { COG_LOG_TAIL = 4096 };

/* Zero-initialise, and set `live` to show the text on stderr as it comes. */
struct cog_log {
    struct cog_diags *live; /* borrowed, or NULL */
    unsigned char header[8];
    size_t header_size;
    size_t left; /* of the frame's text */
    char tail[COG_LOG_TAIL];
    size_t tail_size;
};

/* Takes the next bytes; a cog_http_sink. `log` is a struct cog_log. */
void cog_log_feed(void *log, const char *bytes, size_t size);

/* Shows the last lines on stderr, unless they were shown live. */
void cog_log_show_tail(const struct cog_log *log, struct cog_diags *diags);

#endif
