/* cog_runtime.c - the block that brings the server and the init into /opt/cog, and what the
 * image says of its model.
 *
 * The server's environment depends on nothing of the project's, so its layer is the same in
 * every image with the same base. */
#include <string.h>

#include "blocks/blocks.h"
#include "blocks/layers.h"
#include "blocks/network.h"

#define FILES "/mnt/server"
#define WHEEL "/cog_server-" COG_VERSION "-py3-none-any.whl"

static json_t *why(void)
{
    return cog_why("cog-runtime", (struct cog_pos){0});
}

/* It sees of cog's own files only what the server is made of. */
static void install(const struct cog_project *project, struct cog_composer *composer,
                    struct cog_stage *stage)
{
    static const char *const argv[] = {"python", COG_INSTALLER, "server", COG_UV,
                                       FILES,    "/opt/cog",    NULL};
    json_t *exec = cog_stage_exec_take(stage, why(), argv);

    cog_exec_title(exec, "install cog's server");
    cog_exec_installer(composer, exec);
    cog_exec_bind_part_take(exec, cog_input_local("wheels"), "/server-requirements.txt",
                            FILES "/requirements.txt");
    cog_exec_bind_part_take(exec, cog_input_local("wheels"), WHEEL, FILES WHEEL);
    cog_exec_uv(exec);
    cog_exec_cache(exec, "cog-pip", "/root/.cache/pip", COG_CACHE_SHARED);
    cog_exec_bytecode(exec);
    cog_exec_index(project, composer, exec);
}

static void add_server(const struct cog_project *project, struct cog_composer *composer)
{
    const char *installer = cog_decided(composer, "python.installer");

    if (!installer || strcmp(installer, "uv") != 0)
        cog_uv_add(project, composer, COG_PHASE_COMPLETE);
    struct cog_stage *server = cog_stage_add(composer, COG_PHASE_COMPLETE, "cog-server");
    cog_stage_from_take(server, cog_input_provided("python"));
    install(project, composer, server);

    struct cog_stage *image = cog_stage_add(composer, COG_PHASE_EXPORT_BASE, "server");
    cog_stage_copy_take(image, why(), cog_input_stage("cog-server"), "/opt/cog",
                        "/opt/cog");
    cog_stage_mkdir_take(image, why(), "/var/lib/cog");
}

static int cog_runtime_plan(const struct cog_project *project,
                            struct cog_composer *composer, struct cog_diags *diags)
{
    if (!project->config.predict && !project->environment)
        return cog_report(diags, COG_ERROR, (struct cog_pos){.file = project->config.file},
                          "plan.predict",
                          "no predictor is named; add a line such as "
                          "\"predict: predict.py:Predictor\"");
    add_server(project, composer);
    cog_export_label_file(composer, "run.cog.server_freeze", "/opt/cog/pip-freeze.txt");
    return 0;
}

const struct cog_block cog_block_cog_runtime = {"cog-runtime", NULL, NULL,
                                                cog_runtime_plan};
