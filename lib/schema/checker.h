/* checker.h - the insides of checking, for the files of this folder. */
#ifndef COG_SCHEMA_CHECKER_H
#define COG_SCHEMA_CHECKER_H

#include <stdbool.h>
#include <stddef.h>

#include "schema/compare.h"
#include "schema/form.h"
#include "schema/schema.h"

/* The patterns that were needed so far; compiling one takes longer than many matches. */
struct cog_patterns {
    struct cog_pattern *items;
    size_t count;
};

/* What all of one check shares, trials included. */
struct cog_work {
    struct cog_patterns patterns;
    unsigned long steps; /* that may still be done */
    unsigned depth;      /* of schemas being applied in each other */
    bool exhausted;
    const char *slow_pattern; /* that exhausted it, or NULL; borrowed */
};

struct cog_checker {
    const struct cog_schema *schema;
    const struct cog_schema_place *place;
    struct cog_diags *diags;
    struct cog_work *work;
    const char *policy; /* the rule in force; NULL: the schema is cog's own */
    bool quiet;         /* count only, up to 1: a branch is being tried */
    unsigned faults;
};

/* A part of the document; it becomes a JSON Pointer only when something is wrong there. */
struct cog_path {
    const struct cog_path *parent; /* NULL: this is the top */
    const char *member;            /* NULL: `index` counts */
    size_t index;
};

/* A value under check, and the schema that it is checked against. */
struct cog_subject {
    uint32_t node;
    const json_t *value;
    const struct cog_path *path; /* to the value */
};

/* A keyword applied to a value. */
typedef void cog_keyword_check(struct cog_checker *c, const struct cog_subject *s,
                               const struct cog_schema_rule *rule);

/* Of values as they are. */
cog_keyword_check cog_check_never, cog_check_type, cog_check_const, cog_check_enum,
    cog_check_format, cog_check_pattern, cog_check_size, cog_check_limit;

/* Of arrays. */
cog_keyword_check cog_check_unique, cog_check_items, cog_check_contains;

/* Of objects. */
cog_keyword_check cog_check_required, cog_check_needs, cog_check_names, cog_check_members,
    cog_check_dependents;

/* Of schemas applied to the same value. */
cog_keyword_check cog_check_all, cog_check_any, cog_check_one, cog_check_not, cog_check_if,
    cog_check_unevaluated;

/* Applies a schema to a value. */
void cog_check(struct cog_checker *c, uint32_t node, const json_t *value,
               const struct cog_path *path);

/* Whether a schema holds; nothing is reported. */
bool cog_passes(struct cog_checker *c, uint32_t node, const json_t *value,
                const struct cog_path *path);

/* The rule of a schema for a keyword, or NULL. */
const struct cog_schema_rule *cog_rule_find(const struct cog_checker *c, uint32_t node,
                                            enum cog_keyword keyword);

/* The number of a rule that has one, else `fallback`. */
uint32_t cog_rule_number(const struct cog_checker *c, uint32_t node,
                         enum cog_keyword keyword, uint32_t fallback);

/* The rule's part `index`, and its text. */
const struct cog_schema_part *cog_rule_part(const struct cog_checker *c,
                                            const struct cog_schema_rule *rule,
                                            size_t index);
const char *cog_rule_text(const struct cog_checker *c, const struct cog_schema_rule *rule,
                          size_t index);

/* Counts a fault that nobody wants to read; true when that was all. What fails asks this
 * first, because making a message takes long. */
bool cog_fails_quietly(struct cog_checker *c);

/* Reports a fault of the value at `path`, or with schema.unknown of its key. */
void cog_fault(struct cog_checker *c, const struct cog_subject *s,
               const struct cog_path *path, const char *code, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));

/* The value as JSON, cut when long; the caller frees it. */
char *cog_show(const json_t *value);

/* The bits of COG_TYPE_* that a value has, and the words for bits; the caller frees it. */
unsigned cog_types_of(const json_t *value);

/* Whether the pattern (a text of the schema) matches somewhere in `text`; false, and the
 * work exhausted, when that takes too long to say. */
bool cog_pattern_matches(struct cog_checker *c, const char *pattern, const char *text);
void cog_patterns_release(struct cog_patterns *patterns);

#endif
