/* schema.c - the block that puts the model's OpenAPI document into the image.
 *
 * What reads a model's source is the same on the building host and in the image. Where the
 * host could do it, the document is a context, so an edit of the source runs nothing and
 * leaves the plan as it is; else a command in the image reads the source, or imports it. */
#include "base/alloc.h"
#include "base/auto.h"
#include "blocks/blocks.h"

#define SCHEMA_FILE "/var/lib/cog/openapi.json"
/* Where the server of the public package looks. */
#define PUBLIC_FILE ".cog/openapi_schema.json"

static const char rule[] = "cog-runtime.schema";
static const char wheels[] = "/mnt/wheels";
static const char sdk_wheel[] = "/mnt/wheels/cog-" COG_VERSION "-py3-none-any.whl";

static bool schema_detect(const struct cog_project *project)
{
    return !project->environment;
}

/* The file is the reader's, with what rights it may have there. */
static void copy_to(const struct cog_project *project, struct cog_stage *stage,
                    const char *path)
{
    json_t *copy = cog_stage_copy_take(stage, cog_why(rule, project->predictor),
                                       cog_input_local("schema"), "/openapi.json", path);

    cog_copy_mode(copy, 0644);
}

/* Below the project's files, which change more often. */
static void add_given(const struct cog_project *project, struct cog_composer *composer)
{
    struct cog_stage *stage = cog_stage_add(composer, COG_PHASE_EXPORT_APP, "schema");

    cog_context_given_file(composer, "schema", "openapi.json");
    copy_to(project, stage, SCHEMA_FILE);
    if (cog_block_sdk_is_public(composer))
        copy_to(project, stage, "/src/" PUBLIC_FILE);
    cog_decide_take(composer, "model.schema", "given", "option.schema", (struct cog_pos){0},
                    NULL);
}

/* The caller frees it. */
static char *schema_command(const struct cog_project *project, const char *paths)
{
    return cog_printf(
        "python -m cog.schema --import \"$COG_PREDICT_TYPE_STUB\"%s%s%s > " SCHEMA_FILE,
        project->config.train ? " --train \"$COG_TRAIN_TYPE_STUB\"" : "",
        project->config.sdk_version ? " --sdk \"$COG_SDK_VERSION\"" : "",
        paths ? " --path \"$COG_IMPORT_PATHS\"" : "");
}

/* What the command is told, and that what is imported is the same every time. */
static void set_variables(const struct cog_config *config, json_t *read, const char *paths)
{
    cog_exec_env(read, "COG_PREDICT_TYPE_STUB", config->predict);
    cog_exec_env(read, "PYTHONDONTWRITEBYTECODE", "1");
    cog_exec_env(read, "PYTHONHASHSEED", "0");
    if (paths)
        cog_exec_env(read, "COG_IMPORT_PATHS", paths);
    if (config->sdk_version)
        cog_exec_env(read, "COG_SDK_VERSION", config->sdk_version);
    if (config->train)
        cog_exec_env(read, "COG_TRAIN_TYPE_STUB", config->train);
}

/* The document is read in the image, and beside it: what a model writes when it is imported
 * is left there. */
static void add_command(const struct cog_project *project, struct cog_composer *composer)
{
    const char *paths = cog_decided(composer, "python.import-paths");
    auto_free char *command = schema_command(project, paths);
    struct cog_stage *stage =
        cog_stage_add(composer, COG_PHASE_EXPORT_CONFIG, "schema-read");
    json_t *read = cog_stage_shell_take(stage, cog_why(rule, project->predictor), command);
    struct cog_stage *image = cog_stage_add(composer, COG_PHASE_EXPORT_CONFIG, "schema");

    cog_exec_title(read, "read the schema of %s", project->config.predict);
    set_variables(&project->config, read, paths);
    cog_stage_from_take(image, cog_input_phase(COG_PHASE_EXPORT_APP));
    cog_stage_copy_take(image, cog_why(rule, project->predictor),
                        cog_input_stage("schema-read"), SCHEMA_FILE, SCHEMA_FILE);
    if (!cog_block_sdk_is_public(composer))
        return;
    /* That package cannot read a model's source. */
    cog_exec_env(read, "PYTHONPATH", sdk_wheel);
    cog_exec_bind_take(read, cog_input_local("wheels"), wheels);
    cog_stage_copy_take(image, cog_why(rule, project->predictor),
                        cog_input_stage("schema-read"), SCHEMA_FILE, "/src/" PUBLIC_FILE);
}

static int schema_plan(const struct cog_project *project, struct cog_composer *composer,
                       struct cog_diags *diags)
{
    (void)diags;
    (project->given_schema ? add_given : add_command)(project, composer);
    cog_export_label_file(composer, "run.cog.openapi_schema", SCHEMA_FILE);
    return 0;
}

const struct cog_block cog_block_schema = {"schema", schema_detect, NULL, schema_plan};
