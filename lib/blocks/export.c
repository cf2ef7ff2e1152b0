/* export.c - the block that says what the image is: its command, environment, labels and
 * name. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "blocks/blocks.h"

void cog_block_environment(const struct cog_project *project, struct cog_stage *stage)
{
    const json_t *item;
    size_t index;

    json_array_foreach(project->config.environment, index, item) {
        const char *text = json_string_value(item), *equals = strchr(text, '=');
        auto_free char *name = cog_strndup(text, (size_t)(equals - text));
        cog_stage_env(stage, name, equals + 1);
    }
}

/* The version of Cog whose API the image offers: what clients of Cog look at. Its document
 * says the same (python/cog/version.py). */
static const char api_version[] = "0.22.0";

/* What cog.yaml can say and no block can do yet: an error is better than an image without
 * it. */
static const struct {
    const char *pointer, *what;
} unsupported[] = {
    {"/model", "managed weights"},
    {"/weights", "managed weights"},
};

static int refuse(const struct cog_config *config, const char *pointer, const char *what,
                  struct cog_diags *diags)
{
    return cog_report(diags, COG_ERROR, cog_config_at(config, pointer), "plan.unsupported",
                      "%s is not built yet; remove the line to go on without it", what);
}

static int check_supported(const struct cog_config *config, struct cog_diags *diags)
{
    int result = 0;

    for (size_t i = 0; i < sizeof unsupported / sizeof *unsupported; i++)
        if (cog_config_value(config, unsupported[i].pointer))
            result = refuse(config, unsupported[i].pointer, unsupported[i].what, diags);
    return result;
}

/* What the server is told of the model. */
static json_t *environment(const struct cog_config *config)
{
    json_t *env = json_pack("{s:s*, s:s*}", "COG_PREDICT_TYPE_STUB", config->predict,
                            "COG_TRAIN_TYPE_STUB", config->train);
    const json_t *max = json_object_get(cog_config_value(config, "/concurrency"), "max");

    if (max)
        json_object_set_new(env, "COG_MAX_CONCURRENCY",
                            json_sprintf("%" JSON_INTEGER_FORMAT, json_integer_value(max)));
    return env;
}

/* Who runs the server; of an environment root, as the project's files there are those of
 * the person at the machine. A number has no home of its own. */
static const char *choose_user(const struct cog_project *project,
                               struct cog_composer *composer, json_t *env)
{
    const char *user = project->config.user;

    if (!user || project->environment)
        return "";
    if (!cog_config_sets(&project->config, "HOME"))
        json_object_set_new(env, "HOME", json_string("/tmp"));
    cog_decide_take(composer, "image.user", user, "config.user",
                    cog_config_at(&project->config, "/build/user"), NULL);
    return user;
}

static void complete(json_t *build, const char *key, const char *value, size_t length)
{
    if (value && !json_object_get(build, key))
        json_object_set_new(build, key, json_stringn(value, length));
}

/* The configuration, as Cog's label has it: with the versions that it left open. Of cuDNN
 * the first number counts. The caller frees it. */
static char *completed_config(const struct cog_config *config,
                              const struct cog_composer *composer)
{
    json_auto_t *values = json_deep_copy(config->values);
    json_t *build = json_object_get(values, "build");
    const char *cuda = cog_decided(composer, "cuda.version");
    const char *cudnn = cog_decided(composer, "cuda.cudnn");

    complete(build, "cuda", cuda, cuda ? strlen(cuda) : 0);
    complete(build, "cudnn", cudnn, cudnn ? strcspn(cudnn, ".") : 0);
    return json_dumps(values, JSON_COMPACT | JSON_SORT_KEYS);
}

void cog_block_describe(const struct cog_project *project, struct cog_composer *composer)
{
    auto_free char *config = completed_config(&project->config, composer);

    cog_export_label(composer, "run.cog.version", api_version);
    cog_export_label(composer, "run.cog.config", config);
    if (project->revision)
        cog_export_label(composer, "org.opencontainers.image.revision", project->revision);
    if (project->config.image)
        cog_export_tag(composer, project->config.image);
}

static int export_plan(const struct cog_project *project, struct cog_composer *composer,
                       struct cog_diags *diags)
{
    if (check_supported(&project->config, diags) < 0)
        return -1;
    json_t *env = environment(&project->config);
    const char *user = choose_user(project, composer, env);
    cog_export_image_take(composer,
                          json_pack("{s:o, s:[s,s], s:[s,s,s], s:s, s:s, s:[s]}", "env",
                                    env, "entrypoint", "/opt/cog/bin/dumb-init", "--",
                                    "cmd", "python", "-m", "cog.server.http", "workdir",
                                    "/src", "user", user, "exposed_ports", "5000/tcp"));
    cog_block_describe(project, composer);
    return 0;
}

const struct cog_block cog_block_export = {"export", NULL, NULL, export_plan};
