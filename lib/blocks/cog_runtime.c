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
#define SCHEMA_FILE "/var/lib/cog/openapi.json"

static const char wheels[] = "/mnt/wheels";
static const char sdk_wheel[] = "/mnt/wheels/cog-" COG_VERSION "-py3-none-any.whl";
static const char server_wheel[] =
    "/mnt/wheels/cog_server-" COG_VERSION "-py3-none-any.whl";
static const char rule[] = "cog-runtime";

static json_t *why(void)
{
    return cog_why(rule, (struct cog_pos){0});
}

/* Reads the model's schema from its source, or else imports that. The caller frees it. */
static char *schema_command(const struct cog_project *project, const char *paths)
{
    return cog_printf(
        "python -m cog.schema --import \"$COG_PREDICT_TYPE_STUB\"%s%s > " SCHEMA_FILE,
        project->config.train ? " --train \"$COG_TRAIN_TYPE_STUB\"" : "",
        paths ? " --path \"$COG_IMPORT_PATHS\"" : "");
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
    cog_stage_exec(server, why(), make_venv);
    json_t *deps = cog_stage_exec(server, why(), install_deps);
    cog_exec_bind_take(deps, cog_input_local("wheels"), wheels);
    cog_exec_cache(deps, "cog-pip", "/root/.cache/pip", COG_CACHE_SHARED);
    cog_exec_index(project, composer, deps);
    cog_exec_bind_take(cog_stage_exec(server, why(), install_server),
                       cog_input_local("wheels"), wheels);
    cog_block_compile(composer, server, "/opt/cog/lib", "unchecked-hash");

    struct cog_stage *image = cog_stage_add(composer, COG_PHASE_EXPORT_BASE, "server");
    cog_stage_copy(image, why(), cog_input_stage("cog-server"), "/opt/cog", "/opt/cog");
    cog_stage_mkdir(image, why(), "/var/lib/cog");
}

/* The public package cannot read a model's source; its server looks for what was read in
 * the project's folder. */
static json_t *read_for_public(struct cog_stage *stage, json_t *cause, const char *command)
{
    auto_free char *all = cog_printf(
        "%s && mkdir -p .cog && cp " SCHEMA_FILE " .cog/openapi_schema.json", command);
    json_t *read = cog_stage_shell(stage, cause, all);

    cog_exec_env(read, "PYTHONPATH", sdk_wheel);
    cog_exec_bind_take(read, cog_input_local("wheels"), wheels);
    return read;
}

static void add_schema(const struct cog_project *project, struct cog_composer *composer)
{
    struct cog_stage *stage = cog_stage_add(composer, COG_PHASE_EXPORT_CONFIG, "schema");
    json_t *cause = cog_why("cog-runtime.schema", project->predictor);
    const char *paths = cog_decided(composer, "python.import-paths");
    auto_free char *command = schema_command(project, paths);
    json_t *read = cog_block_sdk_is_public(composer)
                       ? read_for_public(stage, cause, command)
                       : cog_stage_shell(stage, cause, command);

    cog_exec_env(read, "COG_PREDICT_TYPE_STUB", project->config.predict);
    /* What is imported leaves nothing behind, and is the same every time. */
    cog_exec_env(read, "PYTHONDONTWRITEBYTECODE", "1");
    cog_exec_env(read, "PYTHONHASHSEED", "0");
    if (paths)
        cog_exec_env(read, "COG_IMPORT_PATHS", paths);
    if (project->config.train)
        cog_exec_env(read, "COG_TRAIN_TYPE_STUB", project->config.train);
    cog_export_label_file(composer, "run.cog.openapi_schema", SCHEMA_FILE);
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
    cog_exec_installer(composer, cog_stage_shell(freeze, why(),
                                                 "/venv/bin/python " COG_INSTALLER
                                                 " freeze > " FREEZE_FILE));
    cog_export_label_file(composer, "run.cog.pip_freeze", FREEZE_FILE);

    if (!project->environment)
        add_schema(project, composer);
    return 0;
}

const struct cog_block cog_block_cog_runtime = {"cog-runtime", NULL, NULL,
                                                cog_runtime_plan};
