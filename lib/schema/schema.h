/* schema.h - checks JSON against JSON Schemas: those of schemas/, and policies.
 *
 * Draft 2020-12 without $dynamicRef, $vocabulary and references to other files than the
 * known ones; man/cog-validate.1 has the list. What is not supported is refused, never
 * ignored. A schema may say `x-hint`, which is added to the messages about it, and a policy
 * x-rule and x-message. */
#ifndef COG_SCHEMA_SCHEMA_H
#define COG_SCHEMA_SCHEMA_H

#include <jansson.h>

#include "base/diag.h"

struct cog_schema; /* compiled; see schema/form.h */

/* The schemas' texts; ends with a NULL name. */
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

/* The text of "plan-1.json", or NULL. */
const char *cog_schema_text(const char *name);

/* Checks `value` against the schema file `name`; reports every fault (schema.type,
 * schema.value, schema.required, schema.unknown, schema.choice, doc.number). Returns 0 or
 * -1. */
int cog_schema_check(const char *name, const json_t *value,
                     const struct cog_schema_place *place, struct cog_diags *diags);

/* The same for a document read from stdin: its member `schema` names the file. */
int cog_schema_check_doc(const json_t *doc, struct cog_diags *diags);

/* Compiles schemas, an object of them by the name that references know them by. What is no
 * schema, or asks for what is not supported, is reported at its JSON Pointer
 * (schema.keyword, schema.argument, schema.pattern, schema.reference); NULL is then
 * returned. */
struct cog_schema *cog_schema_compile(const json_t *files, struct cog_diags *diags);
void cog_schema_free(struct cog_schema *schema);

/* Checks a document read from stdin against the first root of a policy; every fault is
 * policy.refused, with the rule's name (`name`, where the policy has no x-rule). Returns 0
 * or -1. */
int cog_policy_check(const struct cog_schema *policy, const char *name, const json_t *doc,
                     struct cog_diags *diags);

#endif
