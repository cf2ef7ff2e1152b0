/* load.h - loads an image into a Docker Engine while an exporter gives it out: the stream
 * becomes the body of POST /images/load, without a file in between. */
#ifndef COG_BUILDKIT_LOAD_H
#define COG_BUILDKIT_LOAD_H

#include "buildkit/transport.h"
#include "session/session.h"

struct cog_load {
    const struct cog_builder *engine; /* the Docker Engine; borrowed */
    struct cog_sink *sink;            /* that this is behind */
    struct cog_diags *diags;
    struct cog_transport transport;
    bool open, ended;
    unsigned char *out; /* start up to end are to be sent */
    size_t start, end, capacity;
    char *answer;
    size_t answer_size;
};

/* Puts itself behind `sink`. It connects when the first bytes come. Failures are told as
 * engine.load. */
void cog_load_init(struct cog_load *load, const struct cog_builder *engine,
                   struct cog_sink *sink, struct cog_diags *diags);
void cog_load_release(struct cog_load *load);

#endif
