/* yaml.c - composes JSON from libyaml's events. */
#include "yaml/yaml.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/doc.h"

enum { MAX_DEPTH = 32, MAX_NODES = 20000 };

struct reader {
    yaml_parser_t parser;
    const char *file;
    struct cog_diags *diags;
    struct cog_yaml *yaml;
    json_t *anchors; /* name -> value */
    unsigned depth, nodes;
};

static struct cog_pos place(const struct reader *r, yaml_mark_t mark)
{
    return (struct cog_pos){r->file, (unsigned)mark.line + 1, (unsigned)mark.column + 1};
}

static void remember(json_t *table, const char *pointer, yaml_mark_t mark)
{
    json_object_set_new(
        table, pointer,
        json_pack("[I,I]", (json_int_t)mark.line + 1, (json_int_t)mark.column + 1));
}

static int next(struct reader *r, yaml_event_t *event)
{
    if (yaml_parser_parse(&r->parser, event))
        return 0;
    const yaml_parser_t *p = &r->parser;
    if (p->error == YAML_MEMORY_ERROR)
        cog_out_of_memory();
    if (p->error == YAML_READER_ERROR)
        return cog_report(r->diags, COG_ERROR, (struct cog_pos){.file = r->file},
                          "yaml.encoding", "%s at byte %zu; save the file as UTF-8",
                          p->problem, p->problem_offset);
    if (p->problem && strstr(p->problem, "cannot start any token"))
        return cog_report(
            r->diags, COG_ERROR, place(r, p->problem_mark), "yaml.syntax",
            "this character cannot start a value; a tab cannot indent: use spaces");
    if (!p->context)
        return cog_report(r->diags, COG_ERROR, place(r, p->problem_mark), "yaml.syntax",
                          "%s", p->problem ? p->problem : "bad YAML");
    return cog_report(r->diags, COG_ERROR, place(r, p->problem_mark), "yaml.syntax",
                      "%s %s that begins at line %zu", p->problem, p->context,
                      p->context_mark.line + 1);
}

/* An integer only when the text is what printing it gives back. */
static json_t *integer(const char *text)
{
    char *end;

    errno = 0;
    long long number = strtoll(text, &end, 10);
    auto_free char *again = cog_printf("%lld", number);
    return errno == 0 && strcmp(again, text) == 0 ? json_integer(number) : NULL;
}

static bool one_of(const char *text, const char *const *words)
{
    for (; *words; words++)
        if (strcmp(text, *words) == 0)
            return true;
    return false;
}

static json_t *plain(const char *text)
{
    static const char *const nulls[] = {"", "~", "null", "Null", "NULL", NULL};
    static const char *const trues[] = {"true", "True", "TRUE", NULL};
    static const char *const falses[] = {"false", "False", "FALSE", NULL};

    if (one_of(text, nulls))
        return json_null();
    if (one_of(text, trues))
        return json_true();
    if (one_of(text, falses))
        return json_false();
    json_t *number = integer(text);
    return number ? number : json_string(text);
}

static json_t *scalar(struct reader *r, const yaml_event_t *event)
{
    const char *text = (const char *)event->data.scalar.value;

    if (strlen(text) != event->data.scalar.length) {
        cog_report(r->diags, COG_ERROR, place(r, event->start_mark), "yaml.syntax",
                   "a NUL character in a string");
        return NULL;
    }
    if (event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE)
        return plain(text);
    return json_string(text);
}

static json_t *node(struct reader *r, const yaml_event_t *event, const char *pointer);

/* Reads one event and the node that it begins. Returns NULL after a diagnostic. */
static json_t *child(struct reader *r, const char *pointer)
{
    yaml_event_t event;

    if (next(r, &event) < 0)
        return NULL;
    json_t *value = node(r, &event, pointer);
    yaml_event_delete(&event);
    return value;
}

static json_t *sequence(struct reader *r, const char *pointer)
{
    json_auto_t *array = json_array();

    for (;;) {
        yaml_event_t event;
        if (next(r, &event) < 0)
            return NULL;
        if (event.type == YAML_SEQUENCE_END_EVENT) {
            yaml_event_delete(&event);
            return json_incref(array);
        }
        auto_free char *at = cog_pointer_index(pointer, json_array_size(array));
        json_t *item = node(r, &event, at);
        yaml_event_delete(&event);
        if (!item)
            return NULL;
        json_array_append_new(array, item);
    }
}

/* Reads the value of the key in `event` into `object`. */
static int member(struct reader *r, json_t *object, const yaml_event_t *event,
                  const char *pointer)
{
    struct cog_pos at = place(r, event->start_mark);

    if (event->type != YAML_SCALAR_EVENT)
        return cog_report(r->diags, COG_ERROR, at, "yaml.key", "a key must be plain text");
    const char *key = (const char *)event->data.scalar.value;
    if (json_object_get(object, key))
        return cog_report(r->diags, COG_ERROR, at, "yaml.duplicate",
                          "\"%s\" is set twice; keep one of them", key);
    auto_free char *path = cog_pointer_member(pointer, key);
    remember(r->yaml->keys, path, event->start_mark);
    json_t *value = child(r, path);
    if (!value)
        return -1;
    json_object_set_new(object, key, value);
    return 0;
}

static json_t *mapping(struct reader *r, const char *pointer)
{
    json_auto_t *object = json_object();

    for (;;) {
        yaml_event_t event;
        if (next(r, &event) < 0)
            return NULL;
        if (event.type == YAML_MAPPING_END_EVENT) {
            yaml_event_delete(&event);
            return json_incref(object);
        }
        int result = member(r, object, &event, pointer);
        yaml_event_delete(&event);
        if (result < 0)
            return NULL;
    }
}

static unsigned count_nodes(const json_t *value)
{
    unsigned count = 1;
    const char *key;
    json_t *part;
    size_t index;

    json_object_foreach((json_t *)value, key, part) {
        count += count_nodes(part);
    }
    json_array_foreach(value, index, part) {
        count += count_nodes(part);
    }
    return count;
}

static json_t *alias(struct reader *r, const yaml_event_t *event)
{
    const char *name = (const char *)event->data.alias.anchor;
    const json_t *value = json_object_get(r->anchors, name);
    struct cog_pos at = place(r, event->start_mark);

    if (!value) {
        cog_report(r->diags, COG_ERROR, at, "yaml.alias", "*%s: no such anchor before it",
                   name);
        return NULL;
    }
    r->nodes += count_nodes(value);
    if (r->nodes > MAX_NODES) {
        cog_report(r->diags, COG_ERROR, at, "yaml.size",
                   "aliases grow to more than %d values", MAX_NODES);
        return NULL;
    }
    return json_deep_copy(value);
}

static const char *anchor_of(const yaml_event_t *event)
{
    const yaml_char_t *name = NULL;

    if (event->type == YAML_SCALAR_EVENT)
        name = event->data.scalar.anchor;
    else if (event->type == YAML_SEQUENCE_START_EVENT)
        name = event->data.sequence_start.anchor;
    else if (event->type == YAML_MAPPING_START_EVENT)
        name = event->data.mapping_start.anchor;
    return (const char *)name;
}

static json_t *compose(struct reader *r, const yaml_event_t *event, const char *pointer)
{
    switch (event->type) {
    case YAML_SCALAR_EVENT:
        return scalar(r, event);
    case YAML_SEQUENCE_START_EVENT:
        return sequence(r, pointer);
    case YAML_MAPPING_START_EVENT:
        return mapping(r, pointer);
    case YAML_ALIAS_EVENT:
        return alias(r, event);
    default:
        abort();
    }
}

static json_t *node(struct reader *r, const yaml_event_t *event, const char *pointer)
{
    struct cog_pos at = place(r, event->start_mark);

    if (++r->nodes > MAX_NODES || r->depth >= MAX_DEPTH) {
        cog_report(r->diags, COG_ERROR, at, "yaml.size",
                   r->depth >= MAX_DEPTH ? "nested too deep" : "too many values");
        return NULL;
    }
    r->depth++;
    json_t *value = compose(r, event, pointer);
    r->depth--;
    if (!value)
        return NULL;
    remember(r->yaml->positions, pointer, event->start_mark);
    if (anchor_of(event))
        json_object_set(r->anchors, anchor_of(event), value);
    return value;
}

/* Stream start, document start, the root node, document end, stream end. */
static int document(struct reader *r)
{
    yaml_event_t event;
    bool more = true;

    while (more) {
        if (next(r, &event) < 0)
            return -1;
        yaml_event_type_t type = event.type;
        struct cog_pos at = place(r, event.start_mark);
        yaml_event_delete(&event);
        more = type != YAML_STREAM_END_EVENT;
        if (type != YAML_DOCUMENT_START_EVENT)
            continue;
        if (r->yaml->value)
            return cog_report(r->diags, COG_ERROR, at, "yaml.documents",
                              "a second document begins here; keep only one");
        r->yaml->value = child(r, "");
        if (!r->yaml->value)
            return -1;
    }
    return 0;
}

int cog_yaml_load(struct cog_yaml *yaml, const char *text, size_t size, const char *file,
                  struct cog_diags *diags)
{
    struct reader reader = {
        .file = file, .diags = diags, .yaml = yaml, .anchors = json_object()};

    *yaml = (struct cog_yaml){.positions = json_object(), .keys = json_object()};
    if (!yaml_parser_initialize(&reader.parser))
        cog_out_of_memory();
    yaml_parser_set_encoding(&reader.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&reader.parser, (const unsigned char *)text, size);
    int result = document(&reader);
    yaml_parser_delete(&reader.parser);
    json_decref(reader.anchors);
    if (result < 0)
        cog_yaml_release(yaml);
    else if (!yaml->value)
        yaml->value = json_null();
    return result;
}

void cog_yaml_release(struct cog_yaml *yaml)
{
    json_decref(yaml->value);
    json_decref(yaml->positions);
    json_decref(yaml->keys);
    *yaml = (struct cog_yaml){0};
}
