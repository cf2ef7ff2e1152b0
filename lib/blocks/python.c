/* python.c - the block that makes /venv, the user's Python environment, and brings it into
 * the image. */
#include "blocks/blocks.h"

static int python_plan(const struct cog_project *project, struct cog_composer *composer,
                       struct cog_diags *diags)
{
    static const char *const make_venv[] = {"python", "-m", "venv", "/venv", NULL};
    const struct cog_voice *voice = cog_project_python(project);
    struct cog_pos at = voice ? voice->at : (struct cog_pos){0};

    (void)diags;
    struct cog_stage *venv = cog_stage_add(composer, COG_PHASE_RUNTIME, "venv");
    cog_stage_exec(venv, cog_why("python.venv", at), make_venv);
    cog_stage_env(venv, "PATH", "/venv/bin:${PATH}");
    cog_stage_env(venv, "VIRTUAL_ENV", "/venv");
    cog_stage_provides(venv, "venv");

    struct cog_stage *image = cog_stage_add(composer, COG_PHASE_EXPORT_RUNTIME, "python");
    cog_stage_copy(image, cog_why("python.venv", at), cog_input_phase(COG_PHASE_APP_DEPS),
                   "/venv", "/venv");
    cog_stage_env(image, "PATH", "/venv/bin:${PATH}");
    cog_stage_env(image, "VIRTUAL_ENV", "/venv");
    return 0;
}

const struct cog_block cog_block_python = {"python", NULL, python_plan};
