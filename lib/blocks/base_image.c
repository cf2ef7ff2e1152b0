/* base_image.c - the block that chooses the image that has Python. */
#include "base/alloc.h"
#include "base/auto.h"
#include "blocks/blocks.h"
#include "blocks/python_version.h"
#include "resolve/resolution.h"

/* Wheels bring CUDA: an image that has it as well would be twice as large. */
static void decide_image(const struct cog_project *project, struct cog_composer *composer,
                         const char *image, struct cog_pos at)
{
    const struct cog_choice *other = &project->resolution->choices[COG_CHOICE_SYSTEM_IMAGE];
    json_t *rejected = NULL;

    if (other->value)
        rejected = json_pack("[{s:s, s:s}]", "value", other->value, "rule", other->rule);
    cog_decide(composer, "image.base", image,
               project->resolution->gpu ? "image.base.wheels-bring-cuda"
                                        : "image.base.python-slim",
               at, rejected);
}

/* What NVIDIA's container toolkit wants to be told to bring the driver into a container of
 * an image that is not NVIDIA's. */
static void add_driver(struct cog_stage *stage)
{
    cog_stage_env(stage, "NVIDIA_DRIVER_CAPABILITIES", "compute,utility");
    cog_stage_env(stage, "NVIDIA_VISIBLE_DEVICES", "all");
}

static int base_image_plan(const struct cog_project *project, struct cog_composer *composer,
                           struct cog_diags *diags)
{
    struct cog_pos at = {0};
    const char *version = cog_python_choose(project, composer, &at, diags);

    if (!version)
        return -1;
    auto_free char *image = cog_printf("python:%s-slim", version);
    decide_image(project, composer, image, at);
    struct cog_stage *build = cog_stage_add(composer, COG_PHASE_BASE, "base");
    cog_stage_from_take(build, cog_input_image(image));
    cog_stage_provides(build, "python");

    struct cog_stage *runtime = cog_stage_add(composer, COG_PHASE_EXPORT_BASE, "runtime");
    cog_stage_from_take(runtime, cog_input_phase(COG_PHASE_SYSTEM_DEPS));
    cog_stage_env(runtime, "PYTHONUNBUFFERED", "1");
    if (project->resolution->gpu)
        add_driver(runtime);
    cog_block_environment(project, runtime);
    return 0;
}

const struct cog_block cog_block_base_image = {"base-image", NULL, base_image_plan};
