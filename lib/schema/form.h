/* form.h - the compiled form of JSON Schemas: flat tables of numbers, and a pool of texts.
 *
 * schemas/ is compiled when cog is built (scripts/schema-tables.c) and so costs nothing at
 * start; a policy is compiled by the program that reads it. */
#ifndef COG_SCHEMA_FORM_H
#define COG_SCHEMA_FORM_H

#include <stdbool.h>
#include <stdint.h>

/* What is checked, in the order in which it is. */
enum cog_keyword {
    COG_NEVER, /* the schema `false` */
    COG_TYPE,
    COG_CONST,
    COG_ENUM,
    COG_FORMAT,
    COG_PATTERN,
    COG_MIN_LENGTH,
    COG_MAX_LENGTH,
    COG_MINIMUM,
    COG_MAXIMUM,
    COG_EXCLUSIVE_MINIMUM,
    COG_EXCLUSIVE_MAXIMUM,
    COG_MULTIPLE_OF,
    COG_MIN_ITEMS,
    COG_MAX_ITEMS,
    COG_UNIQUE_ITEMS,
    COG_PREFIX_ITEMS,
    COG_ITEMS,
    COG_CONTAINS,
    COG_MIN_CONTAINS,
    COG_MAX_CONTAINS,
    COG_REQUIRED,
    COG_MIN_PROPERTIES,
    COG_MAX_PROPERTIES,
    COG_DEPENDENT_REQUIRED,
    COG_PROPERTY_NAMES,
    COG_PROPERTIES,
    COG_PATTERN_PROPERTIES,
    COG_ADDITIONAL_PROPERTIES,
    COG_DEPENDENT_SCHEMAS,
    COG_REF,
    COG_ALL_OF,
    COG_ANY_OF,
    COG_ONE_OF,
    COG_NOT,
    COG_IF,
    COG_THEN,
    COG_ELSE,
    COG_UNEVALUATED_ITEMS,
    COG_UNEVALUATED_PROPERTIES,
    COG_HINT,
    COG_RULE,
    COG_MESSAGE,
    COG_ANNOTATION, /* or any other keyword that is in no table */
};

enum { COG_KEYWORDS = COG_ANNOTATION };

/* A keyword and its argument: `count` parts from `first` on, or a number: a size, or the
 * bits of a type. */
struct cog_schema_rule {
    uint32_t keyword, first, count, number;
};

/* A text, or a schema, or both: a member of `properties`, which are sorted, and its schema.
 * Parts of dependentRequired are pairs, a name and one that it needs. */
struct cog_schema_part {
    uint32_t text, node;
    bool is_string; /* of const and enum: `text` is a string's, and not JSON */
};

/* A schema: `count` rules from `first` on, sorted by keyword. */
struct cog_schema_node {
    uint32_t first, count;
};

struct cog_schema {
    const struct cog_schema_node *nodes;
    const struct cog_schema_rule *rules;
    const struct cog_schema_part *parts;
    const struct cog_schema_part *roots; /* name of a file and its schema */
    const char *texts;                   /* at 0 the empty text */
    uint32_t node_count, rule_count, part_count, root_count, text_size;
};

/* Bits of the argument of `type`, in the order in which messages name them. */
enum {
    COG_TYPE_OBJECT = 1,
    COG_TYPE_ARRAY = 2,
    COG_TYPE_STRING = 4,
    COG_TYPE_INTEGER = 8,
    COG_TYPE_NUMBER = 16,
    COG_TYPE_BOOLEAN = 32,
    COG_TYPE_NULL = 64,
};

/* Their names, in the order of the bits. */
enum { COG_TYPES = 7 };
extern const char *const cog_type_names[COG_TYPES];

/* The tables of schemas/, generated. */
extern const struct cog_schema cog_schemas;

#endif
