/* attachment.h - the input and output of a container, as a stream of both (Engine API,
 * ContainerAttach). */
#ifndef COG_DOCKER_ATTACHMENT_H
#define COG_DOCKER_ATTACHMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"
#include "docker/engine.h"
#include "http/upgrade.h"

/* Zero-initialise. */
struct cog_attachment {
    struct cog_upgrade *stream;
    bool tty; /* one output; else frames of two (docker/log.h) */
    unsigned char header[8];
    size_t header_size;
    size_t left; /* of the frame's text */
};

/* Attaches to a container that was created, before it runs; with its input if `input`.
 * Returns 0 or -1 after engine.unreachable or engine.refused. */
int cog_attachment_open(struct cog_attachment *attachment, const struct cog_engine *engine,
                        const char *id, bool tty, bool input, struct cog_diags *diags);
void cog_attachment_release(struct cog_attachment *attachment);

/* Gets what the container writes, to its standard error if `error`. */
typedef void (*cog_attachment_sink)(void *context, bool error, const char *bytes,
                                    size_t size);

/* Hands on what has come. Returns 0, or -1 when the output has ended. */
int cog_attachment_read(struct cog_attachment *attachment, cog_attachment_sink sink,
                        void *context);

#endif
