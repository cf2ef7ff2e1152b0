/* compile.c - JSON Schemas to their compiled form. */
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/doc.h"
#include "schema/builder.h"

/* The items with room for `count` of them. */
static void *grow(void *items, size_t size, uint32_t *room, uint32_t count)
{
    if (items && count <= *room)
        return items;
    *room = 2 * count + 16;
    return cog_realloc(items, *room, size);
}

uint32_t cog_schema_builder_parts(struct cog_schema_builder *b, uint32_t count)
{
    uint32_t first = b->part_count;

    b->part_count += count;
    b->parts = grow(b->parts, sizeof *b->parts, &b->part_room, b->part_count);
    memset(b->parts + first, 0, count * sizeof *b->parts);
    return first;
}

uint32_t cog_schema_builder_text(struct cog_schema_builder *b, const char *text)
{
    const json_t *known = json_object_get(b->offsets, text);
    uint32_t offset = b->text_size, size = (uint32_t)strlen(text) + 1;

    if (known)
        return (uint32_t)json_integer_value(known);
    b->text_size += size;
    b->texts = grow(b->texts, 1, &b->text_room, b->text_size);
    memcpy(b->texts + offset, text, size);
    json_object_set_new_nocheck(b->offsets, text, json_integer(offset));
    return offset;
}

void cog_schema_builder_fault(struct cog_schema_builder *b, const char *file,
                              const char *pointer, const char *code, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    auto_free char *message = cog_vprintf(fmt, args);
    va_end(args);
    b->result = cog_report(b->diags, COG_ERROR, (struct cog_pos){.file = file}, code,
                           "%s: %s", *pointer ? pointer : "/", message);
}

static int by_keyword(const void *a, const void *b)
{
    const struct cog_schema_rule *one = a, *other = b;

    return (int)one->keyword - (int)other->keyword;
}

static void add_rules(struct cog_schema_builder *b, uint32_t node,
                      const struct cog_schema_rule *rules, uint32_t count)
{
    uint32_t first = b->rule_count;

    b->rule_count += count;
    b->rules = grow(b->rules, sizeof *b->rules, &b->rule_room, b->rule_count);
    memcpy(b->rules + first, rules, count * sizeof *rules);
    b->nodes[node] = (struct cog_schema_node){first, count};
}

static void fill_node(struct cog_schema_builder *b, uint32_t node,
                      const struct cog_spot *spot)
{
    struct cog_schema_rule rules[COG_KEYWORDS] = {{.keyword = COG_NEVER}};
    uint32_t count = json_is_false(spot->json) ? 1 : 0;
    const char *name;
    json_t *value;

    if (!json_is_object(spot->json) && !json_is_boolean(spot->json))
        cog_schema_builder_fault(b, spot->file, spot->pointer, "schema.argument",
                                 "a schema is an object, true or false");
    json_object_foreach((json_t *)spot->json, name, value) {
        auto_free char *pointer = cog_pointer_member(spot->pointer, name);
        const struct cog_spot argument = {spot->file, pointer, value};
        count += cog_schema_builder_rule(b, spot, &argument, name, &rules[count]);
    }
    qsort(rules, count, sizeof *rules, by_keyword);
    add_rules(b, node, rules, count);
}

uint32_t cog_schema_builder_schema(struct cog_schema_builder *b,
                                   const struct cog_spot *spot)
{
    auto_free char *key = cog_printf("%s#%s", spot->file, spot->pointer);
    const json_t *known = json_object_get(b->known, key);

    if (known)
        return (uint32_t)json_integer_value(known);
    uint32_t node = b->node_count++;
    b->nodes = grow(b->nodes, sizeof *b->nodes, &b->node_room, b->node_count);
    b->nodes[node] = (struct cog_schema_node){0};
    json_object_set_new_nocheck(b->known, key, json_integer(node));
    fill_node(b, node, spot);
    return node;
}

static void release(struct cog_schema_builder *b)
{
    for (size_t i = 0; i < b->slot_count; i++) {
        free(b->slots[i].file);
        free(b->slots[i].pointer);
        free(b->slots[i].target);
    }
    free(b->slots);
    json_decref(b->known);
    json_decref(b->offsets);
}

/* The node that a part means: a schema that is nothing but a reference is passed over. */
static uint32_t target(const struct cog_schema_builder *b, uint32_t node)
{
    for (uint32_t steps = 0; steps < b->node_count; steps++) {
        if (b->nodes[node].count != 1 || b->rules[b->nodes[node].first].keyword != COG_REF)
            break;
        node = b->parts[b->rules[b->nodes[node].first].first].node;
    }
    return node;
}

static void skip_references(struct cog_schema_builder *b)
{
    for (uint32_t i = 0; i < b->part_count; i++)
        b->parts[i].node = target(b, b->parts[i].node);
}

static struct cog_schema *finish(const struct cog_schema_builder *b,
                                 struct cog_schema_part *roots, uint32_t root_count)
{
    struct cog_schema *schema = cog_alloc(sizeof *schema);

    *schema = (struct cog_schema){
        .nodes = b->nodes,
        .rules = b->rules,
        .parts = b->parts,
        .roots = roots,
        .texts = b->texts,
        .node_count = b->node_count,
        .rule_count = b->rule_count,
        .part_count = b->part_count,
        .root_count = root_count,
        .text_size = b->text_size,
    };
    return schema;
}

struct cog_schema *cog_schema_compile(const json_t *files, struct cog_diags *diags)
{
    struct cog_schema_builder b = {
        .files = files, .known = json_object(), .offsets = json_object(), .diags = diags};
    struct cog_schema_part *roots = cog_calloc(json_object_size(files), sizeof *roots);
    uint32_t count = 0;
    const char *name;
    json_t *json;

    cog_schema_builder_text(&b, "");
    json_object_foreach((json_t *)files, name, json) {
        const struct cog_spot spot = {name, "", json};
        roots[count].text = cog_schema_builder_text(&b, name);
        roots[count++].node = cog_schema_builder_schema(&b, &spot);
    }
    cog_schema_builder_resolve(&b);
    skip_references(&b);
    release(&b);
    struct cog_schema *schema = finish(&b, roots, count);
    if (b.result == 0)
        return schema;
    cog_schema_free(schema);
    return NULL;
}

void cog_schema_free(struct cog_schema *schema)
{
    if (!schema)
        return;
    free((void *)schema->nodes);
    free((void *)schema->rules);
    free((void *)schema->parts);
    free((void *)schema->roots);
    free((void *)schema->texts);
    free(schema);
}
