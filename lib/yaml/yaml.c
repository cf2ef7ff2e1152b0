/* yaml.c - composes JSON from libyaml's events. */
#include "yaml/yaml.h"

#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/doc.h"
#include "yaml/reader.h"

/* A function that composes a value returns NULL for one that is left out after a
 * diagnostic; the reader's `broken` tells whether another can follow. */

static void remember(json_t *table, const char *pointer, yaml_mark_t mark)
{
    json_object_set_new(
        table, pointer,
        json_pack("[I,I]", (json_int_t)mark.line + 1, (json_int_t)mark.column + 1));
}

static int next(struct cog_yaml_reader *r, yaml_event_t *event)
{
    if (yaml_parser_parse(&r->parser, event))
        return 0;
    cog_yaml_explain(r);
    r->broken = true;
    return -1;
}

/* Reads over the node that `event` begins. */
static int skip(struct cog_yaml_reader *r, const yaml_event_t *event)
{
    yaml_event_type_t type = event->type;
    struct cog_pos at = cog_yaml_place(r, event->start_mark);
    unsigned depth = r->depth;

    for (;;) {
        if (type == YAML_SEQUENCE_START_EVENT || type == YAML_MAPPING_START_EVENT) {
            if (cog_yaml_enter(r, at, 0) < 0)
                return -1;
        } else if (type == YAML_SEQUENCE_END_EVENT || type == YAML_MAPPING_END_EVENT) {
            cog_yaml_leave(r);
        }
        if (r->depth == depth)
            return 0;
        yaml_event_t inner;
        if (next(r, &inner) < 0)
            return -1;
        type = inner.type;
        at = cog_yaml_place(r, inner.start_mark);
        yaml_event_delete(&inner);
    }
}

static json_t *node(struct cog_yaml_reader *r, const yaml_event_t *event,
                    const char *pointer);

static json_t *sequence(struct cog_yaml_reader *r, const char *pointer)
{
    json_auto_t *array = json_array();
    yaml_event_t event;

    while (next(r, &event) == 0) {
        bool ends = event.type == YAML_SEQUENCE_END_EVENT;
        auto_free char *at = cog_pointer_index(pointer, json_array_size(array));
        json_t *item = ends ? NULL : node(r, &event, at);
        yaml_event_delete(&event);
        if (ends)
            return json_incref(array);
        if (item)
            json_array_append_new(array, item);
        else if (r->broken)
            return NULL;
    }
    return NULL;
}

/* A mapping that is being read, and what its merge key gives it. */
struct mapping {
    json_t *object;
    const char *pointer;
    json_t *merge;
    struct cog_pos merge_at;
};

static bool is_merge_key(const yaml_event_t *event)
{
    return event->data.scalar.plain_implicit &&
           strcmp((const char *)event->data.scalar.value, "<<") == 0;
}

static bool key_is_usable(const struct cog_yaml_reader *r, const struct mapping *m,
                          const yaml_event_t *event)
{
    struct cog_pos at = cog_yaml_place(r, event->start_mark);

    if (event->type != YAML_SCALAR_EVENT) {
        cog_report(r->diags, COG_ERROR, at, "yaml.key", "a key must be plain text");
        return false;
    }
    const char *key = (const char *)event->data.scalar.value;
    if (!*key && event->data.scalar.plain_implicit)
        cog_report(r->diags, COG_ERROR, at, "yaml.key", "a key is missing here");
    else if (strlen(key) != event->data.scalar.length)
        cog_report(r->diags, COG_ERROR, at, "yaml.key",
                   "a NUL character in a key; remove it");
    else if (is_merge_key(event) ? m->merge : json_object_get(m->object, key))
        cog_report(r->diags, COG_ERROR, at, "yaml.duplicate",
                   "\"%s\" is set twice; keep one of them", key);
    else
        return true;
    return false;
}

/* Reads the value of the key in `event`, which `value` begins. */
static int member(struct cog_yaml_reader *r, struct mapping *m, const yaml_event_t *event,
                  const yaml_event_t *value)
{
    const char *key = (const char *)event->data.scalar.value;
    auto_free char *path = cog_pointer_member(m->pointer, key);
    json_auto_t *name = json_string(key);

    remember(r->yaml->keys, path, event->start_mark);
    cog_yaml_anchor(r, event, name, path);
    json_t *read = node(r, value, path);
    if (!read)
        return r->broken ? -1 : 0;
    if (is_merge_key(event)) {
        m->merge = read;
        m->merge_at = cog_yaml_place(r, event->start_mark);
    } else {
        json_object_set_new(m->object, key, read);
    }
    return 0;
}

/* Reads the key that `event` begins and its value. */
static int entry(struct cog_yaml_reader *r, struct mapping *m, const yaml_event_t *event)
{
    bool usable = key_is_usable(r, m, event);
    yaml_event_t value;

    if (!usable && skip(r, event) < 0)
        return -1;
    if (next(r, &value) < 0)
        return -1;
    int result = usable ? member(r, m, event, &value) : skip(r, &value);
    yaml_event_delete(&value);
    return result;
}

static int entries(struct cog_yaml_reader *r, struct mapping *m)
{
    yaml_event_t event;

    while (next(r, &event) == 0) {
        bool ends = event.type == YAML_MAPPING_END_EVENT;
        int result = ends ? 0 : entry(r, m, &event);
        yaml_event_delete(&event);
        if (ends || result < 0)
            return result;
    }
    return -1;
}

static json_t *mapping(struct cog_yaml_reader *r, const char *pointer)
{
    struct mapping m = {.object = json_object(), .pointer = pointer};
    int result = entries(r, &m);

    if (result == 0 && m.merge) {
        auto_free char *from = cog_pointer_member(pointer, "<<");
        result = cog_yaml_merge(r, m.merge_at, m.object, pointer, m.merge, from);
    }
    json_decref(m.merge);
    if (result == 0)
        return m.object;
    json_decref(m.object);
    return NULL;
}

/* A sequence or mapping, whose tag can only say what it is. */
static json_t *collection(struct cog_yaml_reader *r, const yaml_event_t *event,
                          const char *pointer)
{
    bool list = event->type == YAML_SEQUENCE_START_EVENT;
    const char *tag = cog_yaml_tag(event);

    if (!tag || strcmp(tag, "!") == 0 || strcmp(tag, list ? "seq" : "map") == 0)
        return list ? sequence(r, pointer) : mapping(r, pointer);
    cog_yaml_refuse_tag(r, event);
    (void)skip(r, event);
    return NULL;
}

static json_t *compose(struct cog_yaml_reader *r, const yaml_event_t *event,
                       const char *pointer)
{
    if (event->type == YAML_SCALAR_EVENT)
        return cog_yaml_scalar(r, event);
    if (event->type == YAML_ALIAS_EVENT)
        return cog_yaml_alias(r, event, pointer);
    return collection(r, event, pointer);
}

static json_t *node(struct cog_yaml_reader *r, const yaml_event_t *event,
                    const char *pointer)
{
    struct cog_pos at = cog_yaml_place(r, event->start_mark);

    if (cog_yaml_enter(r, at, strlen(pointer)) < 0)
        return NULL;
    json_t *value = compose(r, event, pointer);
    cog_yaml_leave(r);
    if (!value)
        return NULL;
    remember(r->yaml->positions, pointer, event->start_mark);
    cog_yaml_anchor(r, event, value, pointer);
    return value;
}

/* Reads the root node. */
static int document(struct cog_yaml_reader *r, struct cog_pos at)
{
    yaml_event_t event;

    if (r->yaml->value) {
        r->broken = true;
        return cog_report(r->diags, COG_ERROR, at, "yaml.documents",
                          "a second document begins here; keep only one");
    }
    if (next(r, &event) < 0)
        return -1;
    json_t *value = node(r, &event, "");
    yaml_event_delete(&event);
    if (value)
        r->yaml->value = value;
    return value ? 0 : -1;
}

/* Stream start, document start, the root node, document end, stream end. */
static void stream(struct cog_yaml_reader *r)
{
    yaml_event_t event;
    bool more = true;

    while (more && next(r, &event) == 0) {
        struct cog_pos at = cog_yaml_place(r, event.start_mark);
        yaml_event_type_t type = event.type;
        yaml_event_delete(&event);
        more = type != YAML_STREAM_END_EVENT;
        if (type == YAML_DOCUMENT_START_EVENT)
            more = document(r, at) == 0;
    }
}

static const char byte_order_mark[] = "\xEF\xBB\xBF";

int cog_yaml_load(struct cog_yaml *yaml, const char *text, size_t size, const char *file,
                  struct cog_diags *diags)
{
    size_t mark = size >= 3 && memcmp(text, byte_order_mark, 3) == 0 ? 3 : 0;
    struct cog_yaml_reader r = {.text = text + mark,
                                .size = size - mark,
                                .file = file,
                                .diags = diags,
                                .yaml = yaml};
    unsigned errors = diags->errors;

    *yaml = (struct cog_yaml){.positions = json_object(), .keys = json_object()};
    if (!yaml_parser_initialize(&r.parser))
        cog_out_of_memory();
    r.anchors = json_object();
    yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&r.parser, (const unsigned char *)r.text, r.size);
    if (cog_yaml_check_breaks(&r) == 0)
        stream(&r);
    yaml_parser_delete(&r.parser);
    json_decref(r.anchors);
    yaml->flawed = diags->errors != errors;
    if (!yaml->value && !yaml->flawed)
        yaml->value = json_null();
    if (yaml->value)
        return 0;
    cog_yaml_release(yaml);
    return -1;
}

void cog_yaml_release(struct cog_yaml *yaml)
{
    json_decref(yaml->value);
    json_decref(yaml->positions);
    json_decref(yaml->keys);
    *yaml = (struct cog_yaml){0};
}
