/* checker.h - the insides of the validator, for the files of this folder. */
#ifndef COG_SCHEMA_CHECKER_H
#define COG_SCHEMA_CHECKER_H

#include <stdbool.h>

#include "schema/schema.h"

/* The patterns that were needed so far; compiling one takes longer than many matches. */
struct cog_patterns {
    struct cog_pattern *items;
    size_t count;
};

struct checker {
    const struct cog_schema_place *place;
    struct cog_diags *diags;
    json_t *files; /* name -> parsed schema */
    struct cog_patterns *patterns;
    bool quiet; /* count only: a branch is being tried */
    unsigned faults;
};

/* A part of the document; it becomes a JSON Pointer only when something is wrong there. */
struct cog_path {
    const struct cog_path *parent; /* NULL: this is the top */
    const char *member;            /* NULL: `index` counts */
    size_t index;
};

/* A value under check, and what it is checked against. */
struct subject {
    const json_t *root;   /* the schema file, for local references */
    const json_t *schema; /* the object whose keywords are being applied */
    const json_t *value;
    const struct cog_path *path; /* to the value */
};

/* A keyword applied to a value; `argument` is what the schema gives it. */
typedef void cog_keyword_check(struct checker *c, const struct subject *s,
                               const json_t *argument);

/* The check for a keyword: one that does nothing for an annotation, NULL for an unknown
 * keyword. */
cog_keyword_check *cog_keyword(const char *name);

/* properties, additionalProperties, patternProperties, propertyNames, required. */
void cog_check_properties(struct checker *c, const struct subject *s,
                          const json_t *properties);
void cog_check_additional(struct checker *c, const struct subject *s, const json_t *schema);
void cog_check_patterns(struct checker *c, const struct subject *s, const json_t *patterns);
void cog_check_names(struct checker *c, const struct subject *s, const json_t *schema);
void cog_check_required(struct checker *c, const struct subject *s, const json_t *names);

/* Whether a POSIX extended expression matches somewhere in `text`. */
bool cog_pattern_matches(struct checker *c, const char *pattern, const char *text);
void cog_patterns_release(struct cog_patterns *patterns);

/* Whether `value` has the type, or one of the types, that `types` names; NULL: any. */
bool cog_type_fits(const json_t *types, const json_t *value);

/* Applies every keyword of `schema` to `value`. */
void cog_check(struct checker *c, const json_t *root, const json_t *schema,
               const json_t *value, const struct cog_path *path);

/* Reports `text` (freed) about the value at `path`, or with schema.unknown about its
 * key. */
void cog_fault(struct checker *c, const struct subject *s, const struct cog_path *path,
               const char *code, char *text);

/* The parsed schema file `name`; borrowed from `c`. */
const json_t *cog_schema_file(struct checker *c, const char *name);

#endif
