/* block.h - the unit of planning: one thing that a project may need, and what it adds to
 * the plan.
 *
 * A stack is a list of blocks. Blocks never see each other: they meet
 * in versions that all agree on, and in phases. */
#ifndef COG_PLAN_BLOCK_H
#define COG_PLAN_BLOCK_H

#include <stdbool.h>

#include "model/project.h"
#include "plan/composer.h"
#include "plan/constraints.h"

struct cog_block {
    const char *name;
    /* Whether the project needs it; pure. NULL: always. */
    bool (*detect)(const struct cog_project *project);
    /* Says which versions there are of something, and which ones it can live with; pure.
     * NULL: it has no say. Returns 0, or -1 after diagnostics. */
    int (*require)(const struct cog_project *project, struct cog_constraints *constraints,
                   struct cog_diags *diags);
    /* Adds stages, operations and decisions. Returns 0, or -1 after diagnostics. */
    int (*plan)(const struct cog_project *project, struct cog_composer *composer,
                struct cog_diags *diags);
};

struct cog_stack {
    const char *name;
    const struct cog_block *const *blocks; /* ends with NULL */
    bool frameworks; /* what they and their accelerator need is resolved first */
};

/* Plans a project with a stack: a document cog/plan-1 (a new reference), or NULL after all
 * diagnostics. */
json_t *cog_stack_plan(const struct cog_stack *stack, const struct cog_project *project,
                       struct cog_diags *diags);

#endif
