/* accelerator.c - the block that tells which accelerator the image is for, and what follows
 * from it for Python and for the container that runs. */
#include "blocks/blocks.h"
#include "resolve/resolution.h"

/* Python is one that torch and tensorflow have wheels for. */
static int accelerator_require(const struct cog_project *project,
                               struct cog_agreement *agreement, struct cog_diags *diags)
{
    const struct cog_resolution *resolution = project->resolution;

    (void)diags;
    for (size_t i = 0; i < resolution->python_count; i++) {
        const struct cog_wheels *wheels = &resolution->pythons[i];
        const struct cog_constraint constraint = {
            .key = "python",
            .specifier = wheels->specifier,
            .subject = wheels->package,
            .rule = "python.version.package",
            .firm = true,
            .at = wheels->at,
        };
        cog_require(agreement, &constraint);
    }
    return 0;
}

static int accelerator_plan(const struct cog_project *project,
                            struct cog_composer *composer, struct cog_diags *diags)
{
    (void)diags;
    for (enum cog_choice_kind kind = 0; kind < COG_CHOICE_COUNT; kind++) {
        const struct cog_choice *choice = &project->resolution->choices[kind];
        const char *key = cog_choice_key(kind);
        if (key && choice->value)
            cog_decide(composer, key, choice->value, choice->rule, choice->at,
                       json_incref(choice->rejected));
    }
    return 0;
}

const struct cog_block cog_block_accelerator = {"accelerator", NULL, accelerator_require,
                                                accelerator_plan};
