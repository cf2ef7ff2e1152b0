/* bytecode.c - compiles what was installed. */
#include "blocks/blocks.h"
#include "blocks/layers.h"

void cog_block_compile(struct cog_composer *composer, struct cog_stage *stage,
                       const char *folder, const char *mode)
{
    const char *const argv[] = {"python", COG_INSTALLER, "compile", mode, folder, NULL};
    json_t *exec =
        cog_stage_exec_take(stage, cog_why("cog-runtime", (struct cog_pos){0}), argv);

    cog_exec_installer(composer, exec);
    cog_exec_bytecode(exec);
}

void cog_exec_bytecode(json_t *exec)
{
    cog_exec_env(exec, "PYTHONHASHSEED", "0");
    cog_exec_cache(exec, "cog-bytecode", "/root/.cache/cog-bytecode", COG_CACHE_SHARED);
}
