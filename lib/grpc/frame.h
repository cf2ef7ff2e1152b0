/* frame.h - messages of a gRPC stream: a flag byte, a big-endian length, the message.
 *
 * Source: grpc/doc/PROTOCOL-HTTP2.md ("Length-Prefixed-Message"). No I/O. */
#ifndef COG_GRPC_FRAME_H
#define COG_GRPC_FRAME_H

#include <stddef.h>

enum {
    COG_FRAME_PREFIX = 5,
};

/* Writes the prefix of a message of `size` bytes, not compressed. */
void cog_frame_prefix(unsigned char prefix[COG_FRAME_PREFIX], size_t size);

/* Cuts what arrives in any pieces into messages. Memory grows with what has arrived, not
 * with what a prefix announces. */
struct cog_frames {
    size_t limit; /* of one message, in bytes */
    unsigned char *bytes;
    size_t size, capacity;
};

enum cog_frames_result {
    COG_FRAMES_OK,
    COG_FRAMES_TOO_LARGE,
    COG_FRAMES_COMPRESSED, /* never asked for, so never allowed */
};

/* `bytes` are valid during the call only. Returns 0, or another number to stop. */
typedef int cog_frames_message(void *data, const unsigned char *bytes, size_t size);

void cog_frames_init(struct cog_frames *frames, size_t limit);
void cog_frames_release(struct cog_frames *frames);

/* Takes the next bytes and calls `message` for each message that they complete. */
enum cog_frames_result cog_frames_feed(struct cog_frames *frames,
                                       const unsigned char *bytes, size_t size,
                                       cog_frames_message *message, void *data);

/* Whether the stream may end here: no message has begun. */
#define cog_frames_at_boundary(frames) ((frames)->size == 0)

#endif
