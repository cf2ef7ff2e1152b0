/* builder.h - a schema's compiled form while it is being made, for the files of this
 * folder. */
#ifndef COG_SCHEMA_BUILDER_H
#define COG_SCHEMA_BUILDER_H

#include <jansson.h>
#include <stdbool.h>

#include "schema/form.h"
#include "schema/schema.h"

/* A schema, or a part of one, in its file. */
struct cog_spot {
    const char *file;    /* the name among the files being compiled */
    const char *pointer; /* JSON Pointer in it */
    const json_t *json;
};

/* A `$ref` whose part waits for its schema. */
struct cog_reference_slot {
    uint32_t part;
    char *file, *pointer, *target; /* where it stands, and what it says */
};

struct cog_schema_builder {
    struct cog_schema_node *nodes;
    struct cog_schema_rule *rules;
    struct cog_schema_part *parts;
    char *texts;
    uint32_t node_count, rule_count, part_count, text_size;
    uint32_t node_room, rule_room, part_room, text_room;
    const json_t *files;
    json_t *known;   /* "FILE#POINTER" and "FILE#ANCHOR" -> node */
    json_t *offsets; /* text -> its place in `texts` */
    struct cog_reference_slot *slots;
    size_t slot_count;
    struct cog_diags *diags;
    int result;
};

/* Appends `count` empty parts; returns the first. */
uint32_t cog_schema_builder_parts(struct cog_schema_builder *b, uint32_t count);

/* The place of `text` in the pool; equal texts have one. */
uint32_t cog_schema_builder_text(struct cog_schema_builder *b, const char *text);

/* Adds the schema at `spot`, once; returns its node. */
uint32_t cog_schema_builder_schema(struct cog_schema_builder *b,
                                   const struct cog_spot *spot);

/* The keyword `name` and its argument as a rule; false when it leaves none, being an
 * annotation or a fault. */
bool cog_schema_builder_rule(struct cog_schema_builder *b, const struct cog_spot *schema,
                             const struct cog_spot *argument, const char *name,
                             struct cog_schema_rule *rule);

/* Gives every `$ref` its schema. */
void cog_schema_builder_resolve(struct cog_schema_builder *b);

/* Reports a fault of the schema at a spot. */
void cog_schema_builder_fault(struct cog_schema_builder *b, const char *file,
                              const char *pointer, const char *code, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));

#endif
