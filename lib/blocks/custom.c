/* custom.c - the block of a project that is no model of cog's: the image that it names,
 * with its environment and labels, and nothing of cog's inside. */
#include <string.h>

#include "blocks/blocks.h"

/* What other stacks do. */
static const char *const foreign[] = {
    "/build/cuda",
    "/build/cudnn",
    "/build/gpu",
    "/build/python_packages",
    "/build/python_requirements",
    "/build/python_version",
    "/build/sdk_version",
    "/concurrency",
    "/model",
    "/predict",
    "/run",
    "/train",
    "/weights",
};

static int check_foreign(const struct cog_config *config, struct cog_diags *diags)
{
    int result = 0;

    for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++)
        if (cog_config_value(config, foreign[i]))
            result = cog_report(diags, COG_ERROR, cog_config_at(config, foreign[i]),
                                "plan.stack",
                                "%s means nothing to the stack custom; remove it, or take "
                                "the stack python",
                                strrchr(foreign[i], '/') + 1);
    return result;
}

static int custom_plan(const struct cog_project *project, struct cog_composer *composer,
                       struct cog_diags *diags)
{
    const char *image = project->base ? project->base : "debian:trixie-slim";

    if (check_foreign(&project->config, diags) < 0)
        return -1;
    cog_decide_take(composer, "image.base", image,
                    project->base ? "option.base" : "image.base.debian",
                    (struct cog_pos){0}, NULL);
    cog_stage_from_take(cog_stage_add(composer, COG_PHASE_BASE, "base"),
                        cog_input_image(image));
    struct cog_stage *runtime = cog_stage_add(composer, COG_PHASE_EXPORT_BASE, "runtime");
    cog_block_environment(project, runtime);
    cog_export_image_take(composer, json_pack("{s:s, s:s*}", "workdir", "/src", "user",
                                              project->config.user));
    cog_block_describe(project, composer);
    return 0;
}

const struct cog_block cog_block_custom = {"custom", NULL, NULL, custom_plan};
