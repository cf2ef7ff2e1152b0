/* installer.c - what is common to the calls of cog_install. */
#include "blocks/blocks.h"
#include "blocks/layers.h"

void cog_block_compile(struct cog_composer *composer, struct cog_stage *stage,
                       const char *folder, const char *mode)
{
    const char *const argv[] = {"python", COG_INSTALLER, "compile", mode, folder, NULL};
    json_t *exec =
        cog_stage_exec_take(stage, cog_why("cog-runtime", (struct cog_pos){0}), argv);

    cog_exec_title(exec, "compile the bytecode of %s", folder);
    cog_exec_installer(composer, exec);
    cog_exec_bytecode(exec);
}

void cog_exec_bytecode(json_t *exec)
{
    cog_exec_env(exec, "PYTHONHASHSEED", "0");
    cog_exec_cache(exec, "cog-bytecode", "/root/.cache/cog-bytecode", COG_CACHE_SHARED);
}

void cog_exec_installer(struct cog_composer *composer, json_t *exec)
{
    cog_context_own(composer, "wheels", "wheels");
    cog_exec_bind_part_take(exec, cog_input_local("wheels"), "/cog_install", COG_INSTALLER);
}

const char *cog_invalidation_mode(const struct cog_project *project)
{
    return project->config.command_count ? "checked-hash" : "unchecked-hash";
}
