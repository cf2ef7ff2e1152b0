/* compare.h - JSON values as JSON Schema compares them. */
#ifndef COG_SCHEMA_COMPARE_H
#define COG_SCHEMA_COMPARE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* JSON Schema's name of a value's type: "object", "integer" and so on; static. */
const char *cog_json_type(const json_t *value);

/* The length of a string in code points. */
size_t cog_json_length(const json_t *string);

/* JSON Schema's equality: 1 is 1.0, and objects have no order. Equal values have equal
 * hashes. */
bool cog_json_equal(const json_t *a, const json_t *b);
uint64_t cog_json_hash(const json_t *value);

/* Numbers, exact: below 0, 0 or above 0; and whether `a` is a whole multiple of `b`. */
int cog_number_compare(const json_t *a, const json_t *b);
bool cog_number_is_whole(const json_t *number);
bool cog_number_is_multiple(const json_t *a, const json_t *b);

#endif
