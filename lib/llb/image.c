/* image.c - the OCI image configuration of what a plan exports. */
#include "llb/image.h"

#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/text.h"
#include "llb/env.h"
#include "llb/lowering.h"
#include "plan/operation.h"

static void set_text(json_t *config, const char *name, const char *value)
{
    if (value && *value)
        json_object_set_new(config, name, json_string(value));
}

/* The object `name` of `config`, made when it is missing or null. Borrowed. */
static json_t *object_of(json_t *config, const char *name)
{
    json_t *object = json_object_get(config, name);

    if (!json_is_object(object)) {
        object = json_object();
        json_object_set_new(config, name, object);
    }
    return object;
}

/* "5000" means "5000/tcp". */
static void set_ports(json_t *config, const json_t *ports)
{
    const json_t *port;
    size_t index;

    json_array_foreach(ports, index, port) {
        const char *text = json_string_value(port);
        json_auto_t *name = json_sprintf("%s%s", text, strchr(text, '/') ? "" : "/tcp");
        json_object_set_new(object_of(config, "ExposedPorts"), json_string_value(name),
                            json_object());
    }
}

/* An entrypoint of the plan's makes the base's command meaningless, as in a Dockerfile. */
static void set_commands(json_t *config, const json_t *image)
{
    json_t *entrypoint = json_object_get(image, "entrypoint"),
           *cmd = json_object_get(image, "cmd");

    if (json_array_size(entrypoint)) {
        json_object_set(config, "Entrypoint", entrypoint);
        json_object_del(config, "Cmd");
    }
    if (json_array_size(cmd))
        json_object_set(config, "Cmd", cmd);
}

/* "python.requirements requirements.txt:3, …" */
static char *reasons_of(const struct cog_plan_operation *op)
{
    char *text;
    size_t size, index;
    FILE *out = cog_text_open(&text, &size);
    const json_t *why;

    json_array_foreach(op->why, index, why) {
        const char *at = json_string_value(json_object_get(why, "at"));
        (void)fprintf(out, "%s%s%s%s", index ? ", " : "",
                      json_string_value(json_object_get(why, "rule")), at ? " " : "",
                      at ? at : "");
    }
    cog_text_close(out, &text);
    return text;
}

static void add_entry(json_t *history, const struct cog_plan_stage *stage,
                      const struct cog_plan_operation *op, const char *created)
{
    auto_free char *text = cog_operation_text(op);
    auto_free char *name = cog_printf("[%s] %s", stage->id, text);
    auto_free char *comment = reasons_of(op);
    json_t *entry = json_pack("{s:s}", "created_by", name);

    if (*comment)
        json_object_set_new(entry, "comment", json_string(comment));
    if (created)
        json_object_set_new(entry, "created", json_string(created));
    json_array_append_new(history, entry);
}

/* An entry for each layer, the base image's first: the engine matches them from the bottom.
 * Each operation of the exported stage and of those that it begins with makes one. NULL
 * when it is not known how many layers the base image has. */
static json_t *history_of(const struct cog_plan *plan, const struct cog_state *state,
                          const char *created)
{
    size_t index = cog_plan_find(plan, plan->export_stage, plan->stage_count), count = 0;
    auto_free const struct cog_plan_stage **chain =
        cog_calloc(plan->stage_count, sizeof *chain);
    const json_t *layers =
        json_object_get(json_object_get(state->config, "rootfs"), "diff_ids");

    chain[count++] = &plan->stages[index];
    while (chain[count - 1]->source.kind == COG_INPUT_STAGE) {
        chain[count] = &plan->stages[chain[count - 1]->source.stage];
        count++;
    }
    const struct cog_plan_input *base = &chain[count - 1]->source;
    if (base->kind == COG_INPUT_IMAGE && !layers)
        return NULL;
    json_t *history = json_array();
    for (size_t i = 0; i < json_array_size(layers); i++)
        json_array_append_new(history, json_pack("{s:s}", "created_by", base->name));
    while (count-- > 0)
        for (size_t i = 0; i < chain[count]->operation_count; i++)
            if (chain[count]->operations[i].kind != COG_OP_ENV)
                add_entry(history, chain[count], &chain[count]->operations[i], created);
    return history;
}

/* Docker's form: members in capitals, times in nanoseconds. */
static void set_healthcheck(json_t *config, const json_t *check)
{
    static const char *const times[][2] = {
        {"interval", "Interval"}, {"start_period", "StartPeriod"}, {"timeout", "Timeout"}};
    json_t *result = json_pack("{s:O, s:O*}", "Test", json_object_get(check, "test"),
                               "Retries", json_object_get(check, "retries"));

    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        json_int_t seconds = json_integer_value(json_object_get(check, times[i][0]));
        if (seconds)
            json_object_set_new(result, times[i][1], json_integer(seconds * 1000000000));
    }
    json_object_set_new(config, "Healthcheck", result);
}

static void set_volumes(json_t *config, const json_t *paths)
{
    const json_t *path;
    size_t index;

    json_array_foreach(paths, index, path) {
        json_object_set_new(object_of(config, "Volumes"), json_string_value(path),
                            json_object());
    }
}

/* The base's, without members that are null: Docker's engine writes those that are not set
 * so, which the OCI's schema does not allow. A new reference. */
static json_t *base_config(const struct cog_state *state)
{
    const json_t *base = json_object_get(state->config, "config");
    json_t *config = json_object(), *value;
    const char *name;

    json_object_foreach((json_t *)base, name, value) {
        if (!json_is_null(value))
            json_object_set_new(config, name, json_deep_copy(value));
    }
    return config;
}

json_t *cog_lowered_config(const struct cog_plan *plan, const struct cog_state *state,
                           const char *created)
{
    json_auto_t *config = base_config(state);
    json_auto_t *env = json_copy(state->env);

    cog_env_add(env, json_object_get(plan->image, "env"));
    json_object_set_new(config, "Env", cog_env_list(env));
    set_text(config, "WorkingDir", state->dir);
    set_text(config, "User", state->user);
    set_text(config, "WorkingDir",
             json_string_value(json_object_get(plan->image, "workdir")));
    set_text(config, "User", json_string_value(json_object_get(plan->image, "user")));
    set_ports(config, json_object_get(plan->image, "exposed_ports"));
    set_volumes(config, json_object_get(plan->image, "volumes"));
    set_text(config, "StopSignal",
             json_string_value(json_object_get(plan->image, "stop_signal")));
    if (json_object_get(plan->image, "healthcheck"))
        set_healthcheck(config, json_object_get(plan->image, "healthcheck"));
    set_commands(config, plan->image);
    if (json_object_size(plan->labels))
        json_object_update(object_of(config, "Labels"), (json_t *)plan->labels);
    return json_pack("{s:s, s:s, s:O*, s:O, s:o*, s:s*}", "os", plan->os, "architecture",
                     plan->arch, "variant", json_object_get(state->config, "variant"),
                     "config", config, "history", history_of(plan, state, created),
                     "created", created);
}
