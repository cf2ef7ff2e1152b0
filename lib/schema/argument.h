/* argument.h - what the keywords of a schema take, for the files of this folder. */
#ifndef COG_SCHEMA_ARGUMENT_H
#define COG_SCHEMA_ARGUMENT_H

#include <stddef.h>

#include "schema/builder.h"

struct cog_argument {
    struct cog_schema_builder *b;
    const struct cog_spot *schema; /* that has the keyword */
    const struct cog_spot *spot;   /* of the keyword's value */
    struct cog_schema_rule *rule;  /* to be filled; its keyword is set */
};

/* Fills the rule. Returns false when there is none to be kept: after a fault, or because
 * there is nothing to check. */
typedef bool cog_argument_take(const struct cog_argument *a);

/* Schemas below a keyword. */
cog_argument_take cog_take_schema, cog_take_schemas, cog_take_members, cog_take_patterns,
    cog_take_definitions;

/* Values. */
cog_argument_take cog_take_pattern, cog_take_text, cog_take_format, cog_take_size,
    cog_take_flag, cog_take_limit, cog_take_value, cog_take_values, cog_take_names,
    cog_take_needs, cog_take_types;

/* Reports that the value must be `what`; returns false. */
bool cog_argument_fault(const struct cog_argument *a, const char *what);

/* Gives the rule `count` empty parts. */
void cog_argument_parts(const struct cog_argument *a, size_t count);

/* Sets the text of a part. */
void cog_argument_text(const struct cog_argument *a, size_t index, const char *text);

/* Reports a pattern that cannot be used, and returns false. */
bool cog_argument_pattern(const struct cog_argument *a, const char *pattern);

/* Borrowed, until parts are added. */
struct cog_schema_part *cog_argument_part(const struct cog_argument *a, size_t index);

#endif
