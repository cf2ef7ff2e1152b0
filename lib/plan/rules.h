/* rules.h - what the rules of a plan share, for the validate files of this folder. */
#ifndef COG_PLAN_RULES_H
#define COG_PLAN_RULES_H

#include <stdbool.h>

#include "model/plan.h"

struct cog_rules {
    const struct cog_plan *plan;
    struct cog_diags *diags;
    json_t *stages;   /* id -> index of the first stage that has it */
    bool *used;       /* by stage */
    json_t *contexts; /* name -> true: it is used */
    json_t *shared;   /* "secret ID", "cache ID" … -> what its first mount says of it */
    size_t text_size; /* of all files that the plan spells out */
    int result;
};

/* Reports `pointer: "name" what`. */
void cog_rules_complain(struct cog_rules *r, enum cog_severity severity,
                        const char *pointer, const char *code, const char *name,
                        const char *what);

/* Checks what may stand at the member of `pointer`; NULL: it is not set.
 * plan.path: an absolute path that is clean. plan.user: NAME or UID, and after a colon
 * GROUP or GID; "" is nobody in particular. plan.size: values that Linux can take. */
void cog_rules_path(struct cog_rules *r, const char *pointer, const char *member,
                    const char *path);
void cog_rules_user(struct cog_rules *r, const char *pointer, const char *member,
                    const char *user);
void cog_rules_env(struct cog_rules *r, const char *pointer, const json_t *env);

/* plan.context: patterns of files that lead out of where they are looked for. */
void cog_rules_patterns(struct cog_rules *r, const char *pointer, const char *member,
                        const json_t *patterns);

/* plan.command: a command without words, or whose first is empty; plan.size: a word that
 * Linux cannot take. NULL: it is not set. */
void cog_rules_command(struct cog_rules *r, const char *pointer, const char *member,
                       const json_t *words);

/* Adds to the text that the plan spells out. */
void cog_rules_text(struct cog_rules *r, const char *pointer, const char *text);

/* The rules of the operations, the contexts, and of what is exported. */
void cog_rules_operations(struct cog_rules *r);
void cog_rules_contexts(struct cog_rules *r);
void cog_rules_export(struct cog_rules *r);

#endif
