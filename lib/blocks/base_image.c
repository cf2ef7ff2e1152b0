/* base_image.c - the block that chooses the image that has Python. */
#include "base/alloc.h"
#include "base/auto.h"
#include "blocks/blocks.h"
#include "blocks/python_version.h"

static int base_image_plan(const struct cog_project *project, struct cog_composer *composer,
                           struct cog_diags *diags)
{
    struct cog_pos at = {0};
    const char *version = cog_python_choose(project, composer, &at, diags);

    if (!version)
        return -1;
    auto_free char *image = cog_printf("python:%s-slim", version);
    cog_decide(composer, "image.base", image, "image.base.python-slim", at, NULL);
    struct cog_stage *build = cog_stage_add(composer, COG_PHASE_BASE, "base");
    cog_stage_from_take(build, cog_input_image(image));
    cog_stage_provides(build, "python");

    struct cog_stage *runtime = cog_stage_add(composer, COG_PHASE_EXPORT_BASE, "runtime");
    cog_stage_from_take(runtime, cog_input_phase(COG_PHASE_SYSTEM_DEPS));
    cog_stage_env(runtime, "PYTHONUNBUFFERED", "1");
    cog_block_environment(project, runtime);
    return 0;
}

const struct cog_block cog_block_base_image = {"base-image", NULL, base_image_plan};
