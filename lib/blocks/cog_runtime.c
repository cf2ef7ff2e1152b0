/* cog_runtime.c - the block that brings the server and the init into /opt/cog, and what the
 * image says of its model.
 *
 * The server's environment depends on nothing of the project's, so its layer is the same in
 * every image with the same base. */
#include <stdlib.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "blocks/blocks.h"
#include "blocks/layers.h"
#include "blocks/network.h"

#define FREEZE_FILE "/var/lib/cog/pip-freeze.txt"

static const char wheels[] = "/mnt/wheels";
static const char server_wheel[] =
    "/mnt/wheels/cog_server-" COG_VERSION "-py3-none-any.whl";
static const char rule[] = "cog-runtime";

static json_t *why(void)
{
    return cog_why(rule, (struct cog_pos){0});
}

static void add_server(const struct cog_project *project, struct cog_composer *composer)
{
    static const char *const make_venv[] = {"python",        "-m",       "venv",
                                            "--without-pip", "/opt/cog", NULL};
    static const char *const install_deps[] = {
        "python",
        "-m",
        "pip",
        "--python=/opt/cog/bin/python",
        "install",
        "--disable-pip-version-check",
        "--no-compile",
        "--progress-bar=off",
        "--root-user-action=ignore",
        "--require-hashes",
        "--only-binary=:all:",
        "--requirement=/mnt/wheels/server-requirements.txt",
        NULL};
    static const char *const install_server[] = {"python",
                                                 "-m",
                                                 "pip",
                                                 "--python=/opt/cog/bin/python",
                                                 "install",
                                                 "--disable-pip-version-check",
                                                 "--root-user-action=ignore",
                                                 "--no-cache-dir",
                                                 "--no-compile",
                                                 "--no-deps",
                                                 "--no-index",
                                                 server_wheel,
                                                 NULL};
    struct cog_stage *server = cog_stage_add(composer, COG_PHASE_COMPLETE, "cog-server");

    cog_stage_from_take(server, cog_input_provided("python"));
    cog_stage_exec_take(server, why(), make_venv);
    json_t *deps = cog_stage_exec_take(server, why(), install_deps);
    cog_exec_bind_take(deps, cog_input_local("wheels"), wheels);
    cog_exec_cache(deps, "cog-pip", "/root/.cache/pip", COG_CACHE_SHARED);
    cog_exec_index(project, composer, deps);
    cog_exec_bind_take(cog_stage_exec_take(server, why(), install_server),
                       cog_input_local("wheels"), wheels);
    cog_block_compile(composer, server, "/opt/cog/lib", "unchecked-hash");

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
    cog_context_own(composer, "wheels", "wheels");
    add_server(project, composer);

    struct cog_stage *freeze = cog_stage_add(composer, COG_PHASE_EXPORT_APP, "freeze");
    cog_exec_installer(composer, cog_stage_shell_take(freeze, why(),
                                                      "/venv/bin/python " COG_INSTALLER
                                                      " freeze > " FREEZE_FILE));
    cog_export_label_file(composer, "run.cog.pip_freeze", FREEZE_FILE);
    return 0;
}

const struct cog_block cog_block_cog_runtime = {"cog-runtime", NULL, NULL,
                                                cog_runtime_plan};
