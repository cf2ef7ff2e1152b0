/* wire.h - protobuf as bytes: fields one after the other, for changing a message without
 * changing what is not understood, or its order.
 *
 * Source: protobuf's encoding (protobuf.dev/programming-guides/encoding). */
#ifndef COG_BUILDKIT_WIRE_H
#define COG_BUILDKIT_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is still to be read of a message; borrowed. */
struct cog_wire {
    const uint8_t *bytes;
    size_t size;
};

struct cog_wire_field {
    unsigned number;
    bool nested;           /* has `content`: a text, bytes or a message */
    uint64_t value;        /* of a number that is a varint, else 0 */
    struct cog_wire whole; /* the field with its tag */
    struct cog_wire content;
};

/* Takes the next field off `wire`. Returns 1, 0 at the end, -1 for what is not protobuf. */
int cog_wire_next(struct cog_wire *wire, struct cog_wire_field *field);

/* A message that is being written; `bytes` are the caller's to free. */
struct cog_wire_out {
    uint8_t *bytes;
    size_t size, capacity;
};

/* Appends bytes as they are. */
void cog_wire_add(struct cog_wire_out *out, const void *bytes, size_t size);

/* Appends a field that has content. */
void cog_wire_add_field(struct cog_wire_out *out, unsigned number, const void *content,
                        size_t size);

#endif
