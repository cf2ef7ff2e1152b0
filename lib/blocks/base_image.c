/* base_image.c - the block that chooses the image that has Python. */
#include "base/alloc.h"
#include "base/auto.h"
#include "blocks/blocks.h"
#include "resolve/resolution.h"

/* What an image can be planned for when nobody names a version; the first is the default.
 */
static const char *const pythons[] = {"3.13", "3.14", "3.12", "3.11", "3.10", NULL};

static int base_image_require(const struct cog_project *project,
                              struct cog_agreement *agreement, struct cog_diags *diags)
{
    (void)project;
    (void)diags;
    cog_offer(agreement, "python", "Python", pythons, "plan.python-version",
              "plan.python-conflict");
    return 0;
}

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
    const struct cog_agreed *python = cog_agreed(composer, "python");

    (void)diags;
    if (!python)
        return -1;
    auto_free char *image = cog_printf("python:%s-slim", python->version);
    cog_decide(composer, "python.version", python->version, python->rule, python->at,
               json_incref(python->rejected));
    decide_image(project, composer, image, python->at);
    struct cog_stage *build = cog_stage_add(composer, COG_PHASE_BASE, "base");
    cog_stage_from_take(build, cog_input_image(image));
    cog_stage_provides(build, "python");

    struct cog_stage *runtime = cog_stage_add(composer, COG_PHASE_EXPORT_BASE, "runtime");
    cog_stage_from_take(runtime, cog_input_phase(COG_PHASE_BASE));
    cog_stage_env(runtime, "PYTHONUNBUFFERED", "1");
    if (project->resolution->gpu)
        add_driver(runtime);
    return 0;
}

const struct cog_block cog_block_base_image = {"base-image", NULL, base_image_require,
                                               base_image_plan};
