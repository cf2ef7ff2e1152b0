/* table.c - which tables there are, and who may add to them. */
#include <stdint.h>

#include "base/alloc.h"
#include "toml/reader.h"

static const size_t none = SIZE_MAX;

size_t cog_toml_table(struct reader *r, json_t *value, enum origin origin, unsigned depth,
                      struct cog_pos at)
{
    if (r->table_count == r->table_room) {
        r->table_room = r->table_room ? 2 * r->table_room : 16;
        r->tables = cog_realloc(r->tables, r->table_room, sizeof *r->tables);
    }
    r->tables[r->table_count] = (struct table){
        .value = value,
        .origin = origin,
        .depth = depth,
        .place = cog_toml_remember(r, value, at),
    };
    return r->table_count++;
}

void cog_toml_forget(struct reader *r, size_t count)
{
    while (r->table_count > count)
        json_decref(r->tables[--r->table_count].children);
}

static size_t child_of(const struct reader *r, size_t table, const char *name)
{
    const json_t *index = json_object_get(r->tables[table].children, name);

    return index ? (size_t)json_integer_value(index) : none;
}

/* Makes `value`, a new table, the child `name`. */
static size_t add_child(struct reader *r, size_t table, const char *name, json_t *value,
                        enum origin origin, struct cog_pos at)
{
    unsigned depth = r->tables[table].depth + 1 + (origin == REPEATED);
    size_t child = cog_toml_table(r, value, origin, depth, at);
    struct table *parent = &r->tables[table];

    if (!parent->children)
        parent->children = json_object();
    json_object_set_new(parent->children, name, json_integer((json_int_t)child));
    return child;
}

/* A boolean has no node of its own; it is found by its key. */
static const void *identity(json_t *table, const char *name)
{
    json_t *value = json_object_get(table, name);

    if (json_is_boolean(value))
        return json_object_iter_key(json_object_iter_at(table, name));
    return value;
}

/* toml.duplicate: part `index` of `key` is already in `table`. */
static int taken(const struct reader *r, size_t table, const struct key *key, size_t index)
{
    const char *begin = key->parts[0].begin, *end = key->parts[index].end;
    const void *first = identity(r->tables[table].value, key->parts[index].text);
    const struct place *place = r->places->items;

    while (place->node != first)
        place++;
    return cog_report(
        r->diags, COG_ERROR, cog_toml_where(r, begin), "toml.duplicate",
        "%.*s is already defined on line %u: it cannot be defined again or added to",
        (int)(end - begin), begin, place->line);
}

/* The child that a part of a key but its last names, made if there is none. */
static size_t step(struct reader *r, size_t table, const struct key *key, size_t index,
                   enum origin origin, struct cog_pos at)
{
    const char *name = key->parts[index].text;
    size_t child = child_of(r, table, name);

    if (child == none && json_object_get(r->tables[table].value, name)) {
        taken(r, table, key, index);
        return none;
    }
    if (child == none) {
        json_t *value = json_object();
        json_object_set_new(r->tables[table].value, name, value);
        return add_child(r, table, name, value, origin, at);
    }
    if (origin == IMPLIED)
        return child;
    if (r->tables[child].origin == HEADED || r->tables[child].origin == REPEATED) {
        taken(r, table, key, index);
        return none;
    }
    r->tables[child].origin = DOTTED;
    return child;
}

/* Follows all parts of `key` but the last, to a table that can hold `below` levels more. */
static size_t descend(struct reader *r, size_t table, const struct key *key, size_t below,
                      enum origin origin, struct cog_pos at)
{
    if (r->tables[table].depth + key->count - 1 + below > COG_TOML_DEPTH) {
        cog_toml_too_deep(r);
        return none;
    }
    for (size_t i = 0; table != none && i + 1 < key->count; i++)
        table = step(r, table, key, i, origin, at);
    return table;
}

static int assign(struct reader *r, size_t table, const struct key *key, struct cog_pos at)
{
    const char *name = key->parts[key->count - 1].text;

    if (!cog_toml_take(r, '='))
        return cog_toml_expected(r, "'=' after the key");
    cog_toml_blanks(r);
    table = descend(r, table, key, 0, DOTTED, at);
    if (table == none)
        return -1;
    json_t *object = r->tables[table].value;
    if (json_object_get(object, name))
        return taken(r, table, key, key->count - 1);
    json_t *value = cog_toml_value(r, r->tables[table].depth);
    if (!value)
        return -1;
    json_object_set_new(object, name, value);
    if (json_is_boolean(value))
        cog_toml_remember(r, identity(object, name), at);
    return 0;
}

int cog_toml_pair(struct reader *r, size_t table)
{
    struct cog_pos at = cog_toml_here(r);
    struct key key;

    int result = cog_toml_key(r, &key);
    if (result == 0)
        result = assign(r, table, &key, at);
    cog_toml_key_release(&key);
    return result;
}

/* [table]: the child is new, or was only implied before. */
static size_t head(struct reader *r, size_t table, const struct key *key, struct cog_pos at)
{
    const char *name = key->parts[key->count - 1].text;
    size_t child = child_of(r, table, name);

    if (child == none && !json_object_get(r->tables[table].value, name)) {
        json_t *value = json_object();
        json_object_set_new(r->tables[table].value, name, value);
        return add_child(r, table, name, value, HEADED, at);
    }
    if (child == none || r->tables[child].origin != IMPLIED) {
        taken(r, table, key, key->count - 1);
        return none;
    }
    struct place *place = &r->places->items[r->tables[child].place];
    *place = (struct place){place->node, at.line, at.column};
    r->tables[child].origin = HEADED;
    return child;
}

/* [[table]]: one more table in an array that such headers made. */
static size_t repeat(struct reader *r, size_t table, const struct key *key,
                     struct cog_pos at)
{
    const char *name = key->parts[key->count - 1].text;
    json_t *array = json_object_get(r->tables[table].value, name);
    size_t child = child_of(r, table, name);

    if (!array) {
        array = json_array();
        json_object_set_new(r->tables[table].value, name, array);
        cog_toml_remember(r, array, at);
    } else if (child == none || r->tables[child].origin != REPEATED) {
        taken(r, table, key, key->count - 1);
        return none;
    }
    json_t *value = json_object();
    json_array_append_new(array, value);
    return add_child(r, table, name, value, REPEATED, at);
}

int cog_toml_header(struct reader *r, size_t *table)
{
    struct cog_pos at = cog_toml_here(r);
    struct key key = {.count = 0};
    bool repeated = cog_toml_take(r, '[') && cog_toml_take(r, '[');

    int result = cog_toml_key(r, &key);
    if (result == 0 && !(cog_toml_take(r, ']') && (!repeated || cog_toml_take(r, ']'))))
        result = cog_toml_expected(r, repeated ? "]] after the key" : "] after the key");
    if (result == 0) {
        size_t parent = descend(r, 0, &key, repeated ? 2 : 1, IMPLIED, at);
        if (parent != none)
            parent = (repeated ? repeat : head)(r, parent, &key, at);
        *table = parent;
        result = parent == none ? -1 : 0;
    }
    cog_toml_key_release(&key);
    return result;
}
