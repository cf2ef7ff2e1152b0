/* reference.c - what the `$ref`s of a schema mean: a JSON Pointer or an anchor, of the same
 * file or of another that is being compiled. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "schema/builder.h"

/* Takes back a URI fragment's %XX (RFC 3986) in place; false when there is a bad one. */
static bool decode_percent(char *text)
{
    char *out = text;

    for (char number[3] = ""; *text; text++) {
        if (*text != '%') {
            *out++ = *text;
            continue;
        }
        if (strspn(text + 1, "0123456789abcdefABCDEF") < 2)
            return false;
        memcpy(number, text + 1, 2);
        *out++ = (char)strtol(number, NULL, 16);
        text += 2;
    }
    *out = '\0';
    return true;
}

/* Takes back ~1 and ~0 (RFC 6901) in place. */
static void decode_tildes(char *text)
{
    char *out = text;

    for (; *text; text++) {
        *out++ = *text;
        if (*text == '~' && text[1])
            out[-1] = *++text == '1' ? '/' : '~';
    }
    *out = '\0';
}

static const json_t *member(const json_t *value, const char *name)
{
    char *end;
    size_t index = strtoul(name, &end, 10);

    if (json_is_object(value))
        return json_object_get(value, name);
    return *name && !*end ? json_array_get(value, index) : NULL;
}

static const json_t *follow(const json_t *value, const char *pointer)
{
    while (value && *pointer == '/') {
        size_t length = strcspn(pointer + 1, "/");
        auto_free char *name = cog_strndup(pointer + 1, length);
        decode_tildes(name);
        value = member(value, name);
        pointer += length + 1;
    }
    return *pointer ? NULL : value;
}

/* The name of the file that a reference means, by its name or `$id`; NULL: there is none.
 */
static const char *find_file(const struct cog_schema_builder *b, const char *wanted,
                             const char *here)
{
    const char *name;
    json_t *json;

    if (!*wanted)
        return here;
    json_object_foreach((json_t *)b->files, name, json) {
        const char *id = json_string_value(json_object_get(json, "$id"));
        if (strcmp(name, wanted) == 0 || (id && strcmp(id, wanted) == 0))
            return name;
    }
    return NULL;
}

/* The schema that a reference means, or -1. */
static int64_t find(struct cog_schema_builder *b, const struct cog_reference_slot *slot)
{
    size_t length = strcspn(slot->target, "#");
    auto_free char *wanted = cog_strndup(slot->target, length);
    auto_free char *fragment =
        cog_strdup(slot->target + length + (slot->target[length] == '#'));
    const char *file = find_file(b, wanted, slot->file);

    if (!file || !decode_percent(fragment))
        return -1;
    auto_free char *key = cog_printf("%s#%s", file, fragment);
    const json_t *known = json_object_get(b->known, key);
    if (known)
        return json_integer_value(known);
    const json_t *json = follow(json_object_get(b->files, file), fragment);
    if (!json)
        return -1;
    const struct cog_spot spot = {file, fragment, json};
    return cog_schema_builder_schema(b, &spot);
}

/* A reference may lead to a schema that no keyword led to, and that has references. */
void cog_schema_builder_resolve(struct cog_schema_builder *b)
{
    for (size_t i = 0; i < b->slot_count; i++) {
        const struct cog_reference_slot slot = b->slots[i];
        int64_t node = find(b, &slot);
        if (node >= 0)
            b->parts[slot.part].node = (uint32_t)node;
        else
            cog_schema_builder_fault(b, slot.file, slot.pointer, "schema.reference",
                                     "\"%s\" is not there", slot.target);
    }
}
