/* alias.c - what stands in a second place: aliases and merge keys. */
#include <string.h>

#include "base/auto.h"
#include "base/doc.h"
#include "yaml/reader.h"

enum { MAX_DEPTH = 32, MAX_VALUES = 20000, MAX_BYTES = 16 << 20 };

static int too_much(struct cog_yaml_reader *r, struct cog_pos at, const char *what,
                    int limit, const char *unit)
{
    r->broken = true;
    return cog_report(r->diags, COG_ERROR, at, "yaml.size", "%s more than %d %s", what,
                      limit, unit);
}

int cog_yaml_enter(struct cog_yaml_reader *r, struct cog_pos at, size_t bytes)
{
    r->bytes += bytes;
    if (++r->depth > MAX_DEPTH)
        return too_much(r, at, "nested", MAX_DEPTH, "levels deep");
    if (++r->values > MAX_VALUES)
        return too_much(r, at, "the file and its aliases have", MAX_VALUES, "values");
    if (r->bytes > MAX_BYTES)
        return too_much(r, at, "long keys and aliases grow to", MAX_BYTES, "bytes");
    return 0;
}

void cog_yaml_leave(struct cog_yaml_reader *r)
{
    r->depth--;
}

void cog_yaml_anchor(struct cog_yaml_reader *r, const yaml_event_t *event, json_t *value,
                     const char *pointer)
{
    const yaml_char_t *name = NULL;

    if (event->type == YAML_SCALAR_EVENT)
        name = event->data.scalar.anchor;
    else if (event->type == YAML_SEQUENCE_START_EVENT)
        name = event->data.sequence_start.anchor;
    else if (event->type == YAML_MAPPING_START_EVENT)
        name = event->data.mapping_start.anchor;
    if (name)
        json_object_set_new(r->anchors, (const char *)name,
                            json_pack("[O,s]", value, pointer));
}

static void repeat_places(struct cog_yaml_reader *r, struct cog_pos at, const char *from,
                          const char *to)
{
    json_t *position = json_object_get(r->yaml->positions, from);
    json_t *key = json_object_get(r->yaml->keys, from);

    if (position)
        json_object_set(r->yaml->positions, to, position);
    else
        json_object_set_new(r->yaml->positions, to, json_pack("[i,i]", at.line, at.column));
    if (key)
        json_object_set(r->yaml->keys, to, key);
}

static json_t *repeat(struct cog_yaml_reader *r, struct cog_pos at, const json_t *value,
                      const char *from, const char *to);

static json_t *repeat_array(struct cog_yaml_reader *r, struct cog_pos at,
                            const json_t *value, const char *from, const char *to)
{
    json_auto_t *copy = json_array();
    const json_t *item;
    size_t index;

    json_array_foreach(value, index, item) {
        auto_free char *inner_from = cog_pointer_index(from, index);
        auto_free char *inner_to = cog_pointer_index(to, index);
        json_t *part = repeat(r, at, item, inner_from, inner_to);
        if (!part)
            return NULL;
        repeat_places(r, at, inner_from, inner_to);
        json_array_append_new(copy, part);
    }
    return json_incref(copy);
}

/* Copies the members that `copy` lacks. */
static int repeat_members(struct cog_yaml_reader *r, struct cog_pos at, json_t *copy,
                          const json_t *value, const char *from, const char *to)
{
    const char *name;
    json_t *member;

    json_object_foreach((json_t *)value, name, member) {
        if (json_object_get(copy, name))
            continue;
        auto_free char *inner_from = cog_pointer_member(from, name);
        auto_free char *inner_to = cog_pointer_member(to, name);
        json_t *part = repeat(r, at, member, inner_from, inner_to);
        if (!part)
            return -1;
        repeat_places(r, at, inner_from, inner_to);
        json_object_set_new(copy, name, part);
    }
    return 0;
}

/* A copy of `value`, which stands at `from`, for `to`; with the places of its parts. */
static json_t *repeat(struct cog_yaml_reader *r, struct cog_pos at, const json_t *value,
                      const char *from, const char *to)
{
    json_t *copy = NULL;

    if (cog_yaml_enter(r, at, strlen(to) + json_string_length(value)) < 0)
        return NULL;
    if (json_is_array(value)) {
        copy = repeat_array(r, at, value, from, to);
    } else if (json_is_object(value)) {
        json_auto_t *object = json_object();
        if (repeat_members(r, at, object, value, from, to) == 0)
            copy = json_incref(object);
    } else {
        copy = json_copy((json_t *)value);
    }
    cog_yaml_leave(r);
    return copy;
}

json_t *cog_yaml_alias(struct cog_yaml_reader *r, const yaml_event_t *event,
                       const char *pointer)
{
    const char *name = (const char *)event->data.alias.anchor;
    const json_t *anchor = json_object_get(r->anchors, name);
    struct cog_pos at = cog_yaml_place(r, event->start_mark);

    if (anchor)
        return repeat(r, at, json_array_get(anchor, 0),
                      json_string_value(json_array_get(anchor, 1)), pointer);
    cog_report(r->diags, COG_ERROR, at, "yaml.alias",
               "*%s: nothing before it has the anchor &%s", name, name);
    return NULL;
}

static void forget_places(struct cog_yaml_reader *r, const json_t *value,
                          const char *pointer)
{
    const char *name;
    json_t *part;
    size_t index;

    json_object_del(r->yaml->positions, pointer);
    json_object_del(r->yaml->keys, pointer);
    json_object_foreach((json_t *)value, name, part) {
        auto_free char *inner = cog_pointer_member(pointer, name);
        forget_places(r, part, inner);
    }
    json_array_foreach(value, index, part) {
        auto_free char *inner = cog_pointer_index(pointer, index);
        forget_places(r, part, inner);
    }
}

static bool can_merge(const json_t *value)
{
    const json_t *item;
    size_t index;

    json_array_foreach(value, index, item) {
        if (!json_is_object(item))
            return false;
    }
    return json_is_object(value) || json_is_array(value);
}

int cog_yaml_merge(struct cog_yaml_reader *r, struct cog_pos at, json_t *object,
                   const char *pointer, const json_t *value, const char *from)
{
    const json_t *item;
    size_t index;
    int result = 0;

    if (!can_merge(value))
        cog_report(r->diags, COG_ERROR, at, "yaml.merge",
                   "<< takes a mapping or a list of mappings");
    else if (json_is_object(value))
        result = repeat_members(r, at, object, value, from, pointer);
    json_array_foreach(value, index, item) {
        auto_free char *inner = cog_pointer_index(from, index);
        if (result == 0 && json_is_object(item))
            result = repeat_members(r, at, object, item, inner, pointer);
    }
    forget_places(r, value, from);
    return result;
}
