/* wire.c - protobuf as bytes. */
#include "buildkit/wire.h"

#include <string.h>

#include "base/alloc.h"

enum {
    VARINT = 0,
    FIXED64 = 1,
    NESTED = 2,
    FIXED32 = 5,
};

static int skip(struct cog_wire *wire, uint64_t size)
{
    if (size > wire->size)
        return -1;
    wire->bytes += size;
    wire->size -= (size_t)size;
    return 0;
}

static int read_varint(struct cog_wire *wire, uint64_t *value)
{
    *value = 0;
    for (unsigned shift = 0; shift < 64 && wire->size > 0; shift += 7) {
        uint8_t byte = *wire->bytes;
        (void)skip(wire, 1);
        *value |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80)
            return 0;
    }
    return -1;
}

int cog_wire_next(struct cog_wire *wire, struct cog_wire_field *field)
{
    uint64_t tag, value = 0;
    int result;

    if (wire->size == 0)
        return 0;
    *field = (struct cog_wire_field){.whole = *wire};
    if (read_varint(wire, &tag) < 0 || tag >> 3 == 0 || tag >> 3 >= 1 << 29)
        return -1;
    field->number = (unsigned)(tag >> 3);
    switch (tag & 7) {
    case VARINT:
        result = read_varint(wire, &field->value);
        break;
    case FIXED64:
        result = skip(wire, 8);
        break;
    case FIXED32:
        result = skip(wire, 4);
        break;
    case NESTED:
        result = read_varint(wire, &value);
        field->nested = true;
        field->content = (struct cog_wire){wire->bytes, (size_t)value};
        if (result == 0)
            result = skip(wire, value);
        break;
    default:
        return -1;
    }
    field->whole.size -= wire->size;
    return result < 0 ? -1 : 1;
}

void cog_wire_add(struct cog_wire_out *out, const void *bytes, size_t size)
{
    if (out->size + size > out->capacity) {
        out->capacity = 2 * out->capacity + size;
        out->bytes = cog_realloc(out->bytes, out->capacity, 1);
    }
    if (size > 0)
        memcpy(out->bytes + out->size, bytes, size);
    out->size += size;
}

static void add_varint(struct cog_wire_out *out, uint64_t value)
{
    do {
        uint8_t byte = (uint8_t)(value & 0x7f);
        value >>= 7;
        if (value)
            byte |= 0x80;
        cog_wire_add(out, &byte, 1);
    } while (value);
}

void cog_wire_add_field(struct cog_wire_out *out, unsigned number, const void *content,
                        size_t size)
{
    add_varint(out, (uint64_t)number << 3 | NESTED);
    add_varint(out, size);
    cog_wire_add(out, content, size);
}
