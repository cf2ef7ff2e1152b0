/* frame.c - messages of a gRPC stream. */
#include "grpc/frame.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

void cog_frame_prefix(unsigned char prefix[COG_FRAME_PREFIX], size_t size)
{
    if (size > UINT32_MAX)
        abort();
    prefix[0] = 0;
    for (unsigned i = 1; i < COG_FRAME_PREFIX; i++)
        prefix[i] = (unsigned char)(size >> (8 * (4 - i)));
}

void cog_frames_init(struct cog_frames *frames, size_t limit)
{
    *frames = (struct cog_frames){.limit = limit};
}

void cog_frames_release(struct cog_frames *frames)
{
    free(frames->bytes);
    *frames = (struct cog_frames){0};
}

static void append(struct cog_frames *frames, const unsigned char *bytes, size_t size)
{
    if (frames->size + size > frames->capacity) {
        frames->capacity = 2 * frames->capacity + size;
        frames->bytes = cog_realloc(frames->bytes, frames->capacity, 1);
    }
    memcpy(frames->bytes + frames->size, bytes, size);
    frames->size += size;
}

/* The length that a whole prefix announces. */
static size_t announced(const unsigned char *prefix)
{
    return (size_t)prefix[1] << 24 | (size_t)prefix[2] << 16 | (size_t)prefix[3] << 8 |
           (size_t)prefix[4];
}

enum cog_frames_result cog_frames_feed(struct cog_frames *frames,
                                       const unsigned char *bytes, size_t size,
                                       cog_frames_message *message, void *data)
{
    while (size > 0) {
        size_t want = COG_FRAME_PREFIX;
        if (frames->size >= COG_FRAME_PREFIX)
            want += announced(frames->bytes);
        size_t part = want - frames->size < size ? want - frames->size : size;
        append(frames, bytes, part);
        bytes += part;
        size -= part;
        if (frames->size < COG_FRAME_PREFIX)
            continue;
        if (frames->bytes[0] != 0)
            return COG_FRAMES_COMPRESSED;
        size_t length = announced(frames->bytes);
        if (length > frames->limit)
            return COG_FRAMES_TOO_LARGE;
        if (frames->size < COG_FRAME_PREFIX + length)
            continue;
        frames->size = 0;
        if (message(data, frames->bytes + COG_FRAME_PREFIX, length) != 0)
            return COG_FRAMES_OK;
    }
    return COG_FRAMES_OK;
}
