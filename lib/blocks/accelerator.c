/* accelerator.c - the block that tells which accelerator the image is for, and what follows
 * from it for Python and for the container that runs. */
#include "blocks/blocks.h"
#include "versions/compare.h"
#include "versions/resolution.h"

/* Python is one that torch and tensorflow have wheels for. */
static int accelerator_require(const struct cog_project *project,
                               struct cog_constraints *constraints, struct cog_diags *diags)
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
            .firm = wheels->firm,
            .at = wheels->at,
        };
        cog_constraints_add(constraints, &constraint);
    }
    return 0;
}

/* That the tables know of no wheel for the Python that was chosen, where an index of the
 * user's may have one. */
static void warn_wheels(const struct cog_project *project,
                        const struct cog_composer *composer, struct cog_diags *diags)
{
    const struct cog_chosen *python = cog_composer_chosen(composer, "python");

    for (size_t i = 0; python && i < project->resolution->python_count; i++) {
        const struct cog_wheels *wheels = &project->resolution->pythons[i];
        if (!wheels->firm && !cog_fits_specifier(wheels->specifier, python->version))
            cog_report(diags, COG_WARNING, wheels->at, "plan.version",
                       "no wheels of %s for Python %s are known, only for %s; an index "
                       "that is named has to have them",
                       wheels->package, python->version, wheels->specifier);
    }
}

static int accelerator_plan(const struct cog_project *project,
                            struct cog_composer *composer, struct cog_diags *diags)
{
    warn_wheels(project, composer, diags);
    for (enum cog_choice_kind kind = 0; kind < COG_CHOICE_COUNT; kind++) {
        const struct cog_choice *choice = &project->resolution->choices[kind];
        const char *key = cog_choice_key(kind);
        if (key && choice->value)
            cog_decide_take(composer, key, choice->value, choice->rule, choice->at,
                            json_incref(choice->rejected));
    }
    return 0;
}

const struct cog_block cog_block_accelerator = {"accelerator", NULL, accelerator_require,
                                                accelerator_plan};
