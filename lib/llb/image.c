/* image.c - the OCI image configuration of what a plan exports. */
#include "llb/image.h"

#include <string.h>

#include "base/auto.h"
#include "llb/env.h"

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

json_t *cog_lowered_config(const struct cog_plan *plan, const struct cog_state *state)
{
    json_auto_t *base = json_deep_copy(json_object_get(state->config, "config"));
    json_auto_t *config = json_is_object(base) ? json_incref(base) : json_object();
    json_auto_t *env = json_copy(state->env);

    cog_env_add(env, json_object_get(plan->image, "env"));
    json_object_set_new(config, "Env", cog_env_list(env));
    set_text(config, "WorkingDir", state->dir);
    set_text(config, "User", state->user);
    set_text(config, "WorkingDir",
             json_string_value(json_object_get(plan->image, "workdir")));
    set_text(config, "User", json_string_value(json_object_get(plan->image, "user")));
    set_ports(config, json_object_get(plan->image, "exposed_ports"));
    set_commands(config, plan->image);
    if (json_object_size(plan->labels))
        json_object_update(object_of(config, "Labels"), (json_t *)plan->labels);
    return json_pack("{s:s, s:s, s:O}", "os", plan->os, "architecture", plan->arch,
                     "config", config);
}
