/* explain.h - a plan told for people: what was decided and why, and what is different from
 * another plan. */
#ifndef COG_PLAN_EXPLAIN_H
#define COG_PLAN_EXPLAIN_H

#include "model/plan.h"

/* The decisions and the stages with their operations, each with its rules and places. With
 * `key` only what it names: a decision or a group of them ("python"), a stage, a rule, or
 * the subject of a reason (the name of a package). The caller frees the text. NULL after
 * explain.unknown: nothing has that name. */
char *cog_explain(const struct cog_plan *plan, const char *key, struct cog_diags *diags);

/* What `plan` has otherwise than `old`: decisions, stages that will run again and what
 * makes them, the image's configuration. Contents of folders are not known to a plan and so
 * not compared. The caller frees the text. */
char *cog_explain_changes(const struct cog_plan *old, const struct cog_plan *plan);

#endif
