/* lower.c - walks the stages that the exported one needs. */
#include "llb/lower.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/digest.h"
#include "llb/env.h"
#include "llb/lowering.h"
#include "plan/operation.h"
#include "plan/phase.h"

static void copy_state(struct cog_state *to, const struct cog_state *from)
{
    *to = (struct cog_state){
        .digest = from->digest,
        .env = json_copy(from->env),
        .dir = cog_strdup(from->dir),
        .user = cog_strdup(from->user),
        .config = from->config,
    };
}

static void release_state(struct cog_state *state)
{
    json_decref(state->env);
    free(state->dir);
    free(state->user);
}

static void replace(char **slot, const char *value)
{
    if (!value || !*value)
        return;
    free(*slot);
    *slot = cog_strdup(value);
}

/* The state that an image begins: its files, and its configuration's environment, folder
 * and user. */
static int begin_image(struct cog_lowering *l, struct cog_state *state, const char *name,
                       const char *pointer)
{
    const json_t *image = json_object_get(l->plan->images, name);
    const json_t *config = json_object_get(json_object_get(image, "config"), "config");

    state->digest = cog_lower_image(l, name, pointer);
    if (!state->digest)
        return -1;
    state->config = json_object_get(image, "config");
    cog_env_add_list(state->env, json_object_get(config, "Env"));
    replace(&state->dir, json_string_value(json_object_get(config, "WorkingDir")));
    replace(&state->user, json_string_value(json_object_get(config, "User")));
    return 0;
}

static int begin(struct cog_lowering *l, struct cog_state *state, size_t index)
{
    const struct cog_plan_input *source = &l->plan->stages[index].source;
    auto_free char *pointer = cog_printf("/stages/%zu/source", index);

    if (source->kind == COG_INPUT_STAGE) {
        copy_state(state, &l->states[source->stage]);
        return 0;
    }
    *state = (struct cog_state){
        .env = json_object(), .dir = cog_strdup("/"), .user = cog_strdup("")};
    if (source->kind == COG_INPUT_IMAGE)
        return begin_image(l, state, source->name, pointer);
    return cog_lower_input(l, source, pointer, &state->digest);
}

static int lower_operation(struct cog_lowering *l, struct cog_state *state,
                           const struct cog_plan_stage *stage,
                           const struct cog_plan_operation *op, const char *pointer)
{
    if (op->kind == COG_OP_ENV) {
        cog_env_add(state->env, op->env);
        return 0;
    }
    auto_free char *title = cog_operation_title(op);
    auto_free char *name = cog_printf("[%s] %s", stage->id, title);
    auto_free char *command = op->title ? cog_operation_text(op) : NULL;
    const struct cog_lower_step step = {stage, op, name, command, pointer};
    return (op->kind == COG_OP_EXEC ? cog_lower_exec : cog_lower_file)(l, state, &step);
}

static int lower_stage(struct cog_lowering *l, size_t index)
{
    const struct cog_plan_stage *stage = &l->plan->stages[index];
    struct cog_state *state = &l->states[index];

    if (begin(l, state, index) < 0)
        return -1;
    cog_env_add(state->env, stage->env);
    replace(&state->dir, stage->dir);
    replace(&state->user, stage->user);
    for (size_t i = 0; i < stage->operation_count; i++) {
        auto_free char *pointer = cog_printf("/stages/%zu/operations/%zu", index, i);
        if (lower_operation(l, state, stage, &stage->operations[i], pointer) < 0)
            return -1;
    }
    return 0;
}

static void need(void *context, const struct cog_plan_input *input, size_t stage,
                 const char *pointer)
{
    struct cog_lowering *l = context;

    if (input->kind != COG_INPUT_STAGE)
        return;
    if (input->stage < stage)
        l->needed[input->stage] = true;
    else
        l->result = cog_report(l->diags, COG_ERROR, (struct cog_pos){.file = "<stdin>"},
                               "plan.stage", "%s: \"%s\" %s", pointer, input->name,
                               input->stage < l->plan->stage_count
                                   ? "does not stand before this stage"
                                   : "is not a stage of this plan");
}

/* Stages use only those before them, so one pass from the exported one back finds all that
 * are needed, and one pass forward can lower them. */
static int lower_stages(struct cog_lowering *l, size_t last)
{
    l->needed[last] = true;
    for (size_t i = last + 1; i-- > 0;)
        if (l->needed[i])
            cog_plan_stage_inputs(l->plan, i, need, l);
    if (l->result < 0)
        return -1;
    for (size_t i = 0; i <= last; i++)
        if (l->needed[i] && lower_stage(l, i) < 0)
            return -1;
    return l->result;
}

/* What builds have in common whose projects begin with the same image, Debian packages to
 * build with, and environment. */
static char *base_digest(const struct cog_lowering *l, size_t last)
{
    struct cog_hash *hash = cog_hash_new();
    bool found = false;

    for (size_t i = 0; i <= last; i++) {
        const char *digest = l->states[i].digest, *phase = l->plan->stages[i].phase;
        if (!digest || !phase || cog_phase_of(phase) > COG_PHASE_RUNTIME)
            continue;
        cog_hash_add(hash, digest, strlen(digest));
        found = true;
    }
    auto_free char *digest = cog_hash_end(hash);
    return found ? cog_strdup(digest) : NULL;
}

static int check_options(const struct cog_lower_options *options,
                         const struct cog_plan *plan, struct cog_diags *diags)
{
    const char *id;
    json_t *value;
    int result = 0;

    json_object_foreach(options->no_cache_stages, id, value) {
        if (cog_plan_find(plan, id, plan->stage_count) == plan->stage_count)
            result =
                cog_report(diags, COG_ERROR, (struct cog_pos){0}, "llb.stage",
                           "\"%s\" is not a stage of this plan; its stages are listed by "
                           "cog explain",
                           id);
    }
    return result;
}

int cog_lower(struct cog_lowered *lowered, const struct cog_plan *plan,
              const struct cog_lower_options *options, struct cog_diags *diags)
{
    auto_free bool *needed = cog_calloc(plan->stage_count, sizeof *needed);
    auto_free struct cog_state *states = cog_calloc(plan->stage_count, sizeof *states);
    struct cog_lowering lowering = {plan, options, lowered, diags, states, needed, 0};
    size_t last = cog_plan_find(plan, plan->export_stage, plan->stage_count);
    int result;

    if (check_options(options, plan, diags) < 0)
        return -1;
    *lowered = (struct cog_lowered){.graph = cog_graph_new(),
                                    .contexts = json_object(),
                                    .secrets = json_object(),
                                    .ssh = json_object(),
                                    .images = json_object()};
    if (last == plan->stage_count)
        result = cog_report(
            diags, COG_ERROR, (struct cog_pos){.file = "<stdin>"}, "plan.stage",
            "/export/stage: \"%s\" is not a stage of this plan", plan->export_stage);
    else
        result = lower_stages(&lowering, last);
    if (result == 0 && !states[last].digest)
        result = cog_report(diags, COG_ERROR, (struct cog_pos){.file = "<stdin>"},
                            "llb.scratch", "/export/stage: the stage has no files");
    if (result == 0) {
        copy_state(&lowered->state, &states[last]);
        lowered->base = base_digest(&lowering, last);
    }
    for (size_t i = 0; i < plan->stage_count; i++)
        release_state(&states[i]);
    if (result < 0)
        cog_lowered_release(lowered);
    return result;
}

void cog_lowered_release(struct cog_lowered *lowered)
{
    cog_graph_free(lowered->graph);
    release_state(&lowered->state);
    json_decref(lowered->contexts);
    json_decref(lowered->secrets);
    json_decref(lowered->ssh);
    json_decref(lowered->images);
    free(lowered->base);
}
