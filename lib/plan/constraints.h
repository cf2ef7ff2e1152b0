/* constraints.h - the versions that all blocks allow, chosen before any of them plans.
 *
 * The block that brings something offers the versions that there are of it; every block may
 * add constraints, and none knows those of the others. Strings are borrowed until the
 * constraints are freed.
 *
 * A version of two numbers, as "3.12", stands for the newest release of its series. */
#ifndef COG_PLAN_CONSTRAINTS_H
#define COG_PLAN_CONSTRAINTS_H

#include <jansson.h>
#include <stdbool.h>

#include "base/diag.h"

struct cog_constraints;

/* What asks for versions of something. */
struct cog_constraint {
    const char *key;       /* of what, as "python" */
    const char *version;   /* the one that is asked for, offered or not; NULL: a range */
    const char *specifier; /* the same by PEP 440 */
    const char *subject;   /* who needs it, as "torch 2.0.1"; NULL: the place says so */
    const char *has;       /* what the subject has, which is why it needs these, in words */
    const char *instead;   /* what there is to take instead, in words, or NULL */
    const char *rule;
    bool firm; /* must hold even where another one is stronger */
    struct cog_pos at;
};

/* What was chosen, for a decision. */
struct cog_chosen {
    const char *version; /* NULL: nothing was */
    const char *rule;
    struct cog_pos at; /* of what made it; nowhere: the default */
    json_t *rejected;  /* array of {value, rule, at}, or NULL */
};

struct cog_constraints *cog_constraints_new(void);
void cog_constraints_free(struct cog_constraints *constraints);

/* That there are these versions, one or more, the default first; the array ends with NULL.
 * `name` is for people, `code` of what is no specifier, `conflict` of constraints that
 * no version satisfies. */
void cog_constraints_offer(struct cog_constraints *constraints, const char *key,
                           const char *name, const char *const *versions, const char *code,
                           const char *conflict);

/* Adds a constraint, weaker than those before it. */
void cog_constraints_add(struct cog_constraints *constraints,
                         const struct cog_constraint *constraint);

/* Chooses a version of everything that is offered: the first one that is asked for, else
 * the first offered one that all constraints allow. What is firm or stronger than what asks
 * for the version must hold. Returns 0, or -1 after the codes above, or plan.compose:
 * something is required that is not offered, or offered twice. */
int cog_constraints_solve(struct cog_constraints *constraints, struct cog_diags *diags);

/* What was chosen; NULL: nothing. */
const struct cog_chosen *cog_constraints_chosen(const struct cog_constraints *constraints,
                                                const char *key);

#endif
