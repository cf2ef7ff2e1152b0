/* attachment.c - attaches to a container and takes its output apart. */
#include "docker/attachment.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/auto.h"

enum {
    CHUNK = 65536,
    STANDARD_ERROR = 2, /* the first byte of a frame's header */
};

static const struct cog_pos nowhere = {0};

int cog_attachment_open(struct cog_attachment *attachment, const struct cog_engine *engine,
                        const char *id, bool tty, bool input, struct cog_diags *diags)
{
    auto_free char *url = NULL, *error = NULL;
    /* Keys that nobody types: the engine's own would hold every Ctrl-P back. */
    auto_free char *path =
        cog_printf("/containers/%s/attach?stream=1&stdout=1&stderr=1%s"
                   "&detachKeys=ctrl-_,ctrl-_,ctrl-_,ctrl-_,ctrl-_,ctrl-_",
                   id, input ? "&stdin=1" : "");
    struct cog_http_request request = cog_engine_request(engine, path, &url);

    request.method = "POST";
    attachment->tty = tty;
    long status = cog_upgrade_open(&attachment->stream, &request, &error);
    if (attachment->stream)
        return 0;
    if (error)
        return cog_report(diags, COG_FAILURE, nowhere, "engine.unreachable",
                          "the engine at %s does not attach to the container: %s",
                          engine->endpoint->name, error);
    return cog_report(diags, COG_FAILURE, nowhere, "engine.refused",
                      "the engine at %s does not attach to the container (%ld)",
                      engine->endpoint->name, status);
}

void cog_attachment_release(struct cog_attachment *attachment)
{
    cog_upgrade_free(attachment->stream);
    *attachment = (struct cog_attachment){0};
}

static void begin_frame(struct cog_attachment *attachment)
{
    attachment->left = 0;
    for (int i = 4; i < 8; i++)
        attachment->left = attachment->left << 8 | attachment->header[i];
}

static void take_frames(struct cog_attachment *attachment, const char *bytes, size_t size,
                        cog_attachment_sink sink, void *context)
{
    while (size) {
        size_t taken = 1;
        if (attachment->left) {
            taken = size < attachment->left ? size : attachment->left;
            sink(context, attachment->header[0] == STANDARD_ERROR, bytes, taken);
            attachment->left -= taken;
        } else {
            attachment->header[attachment->header_size++] = (unsigned char)*bytes;
            if (attachment->header_size == sizeof attachment->header) {
                attachment->header_size = 0;
                begin_frame(attachment);
            }
        }
        bytes += taken;
        size -= taken;
    }
}

int cog_attachment_read(struct cog_attachment *attachment, cog_attachment_sink sink,
                        void *context)
{
    auto_free char *bytes = cog_alloc(CHUNK);
    long got;

    while ((got = cog_upgrade_read(attachment->stream, bytes, CHUNK)) > 0) {
        if (attachment->tty)
            sink(context, false, bytes, (size_t)got);
        else
            take_frames(attachment, bytes, (size_t)got, sink, context);
    }
    return got < 0 ? -1 : 0;
}
