/* stack.c - runs the blocks of a stack. */
#include "plan/block.h"

static bool needs(const struct cog_project *project, const struct cog_block *block)
{
    return !block->detect || block->detect(project);
}

/* Chooses nothing after a block has refused: its constraints would be missing. */
static int require(const struct cog_stack *stack, const struct cog_project *project,
                   struct cog_constraints *constraints, struct cog_diags *diags)
{
    int result = 0;

    for (const struct cog_block *const *block = stack->blocks; *block; block++)
        if (needs(project, *block) && (*block)->require)
            result |= (*block)->require(project, constraints, diags);
    return result == 0 ? cog_constraints_solve(constraints, diags) : -1;
}

json_t *cog_stack_plan(const struct cog_stack *stack, const struct cog_project *project,
                       struct cog_diags *diags)
{
    struct cog_constraints *constraints = cog_constraints_new();
    struct cog_composer *composer =
        cog_composer_new(json_object_get(project->config.doc, "source"));
    int result = require(stack, project, constraints, diags);

    cog_composer_constraints(composer, constraints);
    for (const struct cog_block *const *block = stack->blocks; *block; block++)
        if (needs(project, *block))
            result |= (*block)->plan(project, composer, diags);
    json_t *plan = result == 0 ? cog_compose(composer, diags) : NULL;
    cog_composer_free(composer);
    cog_constraints_free(constraints);
    return plan;
}
