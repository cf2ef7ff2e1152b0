/* schema.h - checks JSON against the JSON Schemas in schemas/ (draft 2020-12, the keywords
 * they use).
 *
 * Known: type enum const properties required additionalProperties patternProperties
 * propertyNames items minItems uniqueItems minProperties minLength pattern minimum maximum
 * anyOf allOf if/then $ref $defs. `pattern` takes POSIX extended expressions (a subset that
 * means the same in ECMA 262). Annotations are ignored; any other keyword is an error
 * rather than ignored. `x-hint` adds its text to a message. */
#ifndef COG_SCHEMA_SCHEMA_H
#define COG_SCHEMA_SCHEMA_H

#include <jansson.h>

#include "base/diag.h"

/* The schemas, compiled in from schemas/; ends with a NULL name. */
struct cog_schema_file {
    const char *name, *text;
};
extern const struct cog_schema_file cog_schema_files[];

/* Where a value stands, for the messages. Without positions the JSON Pointer is part of the
 * message. */
struct cog_schema_place {
    const char *file;        /* borrowed */
    const json_t *positions; /* JSON Pointer -> [line, column], or NULL */
    const json_t *keys;      /* likewise, of the members' keys, or NULL */
};

/* JSON Schema's name of a value's type: "object", "integer" and so on; static. */
const char *cog_json_type(const json_t *value);

/* The text of "plan-1.json", or NULL. */
const char *cog_schema_text(const char *name);

/* Checks `value` against the schema file `name`; reports every fault (schema.type,
 * schema.value, schema.required, schema.unknown, schema.choice). Returns 0 or -1. */
int cog_schema_check(const char *name, const json_t *value,
                     const struct cog_schema_place *place, struct cog_diags *diags);

/* The same for a document read from stdin: its member `schema` names the file. */
int cog_schema_check_doc(const json_t *doc, struct cog_diags *diags);

#endif
