/* stack.c - runs the blocks of a stack. */
#include "plan/block.h"

json_t *cog_stack_plan(const struct cog_block *const *stack,
                       const struct cog_project *project, struct cog_diags *diags)
{
    struct cog_composer *composer =
        cog_composer_new(json_object_get(project->config.doc, "source"));
    int result = 0;

    for (; *stack; stack++)
        if (!(*stack)->detect || (*stack)->detect(project))
            result |= (*stack)->plan(project, composer, diags);
    json_t *plan = result == 0 ? cog_compose(composer, diags) : NULL;
    cog_composer_free(composer);
    return plan;
}
