/* compose.c - orders the stages and resolves the inputs that only composing knows. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "plan/draft.h"

static int complain(struct cog_diags *diags, const char *stage, const char *what)
{
    return cog_report(diags, COG_ERROR, (struct cog_pos){0}, "plan.compose",
                      "stage \"%s\": %s", stage, what);
}

static const char *id_of(const struct cog_stage *stage)
{
    return json_string_value(json_object_get(stage->json, "id"));
}

/* The stages by phase; qsort is not stable, so phases are picked one after the other. The
 * caller frees the array, not the stages. */
static struct cog_stage **ordered(const struct cog_composer *c)
{
    struct cog_stage **stages = cog_calloc(c->stage_count, sizeof(struct cog_stage *));
    size_t count = 0;

    for (unsigned phase = 0; phase < COG_PHASE_COUNT; phase++)
        for (size_t i = 0; i < c->stage_count; i++)
            if (c->stages[i]->phase == phase)
                stages[count++] = c->stages[i];
    return stages;
}

/* What an input is resolved among: the stages in order, and the index of the stage that has
 * it. */
struct place {
    struct cog_stage **stages;
    size_t index;
    struct cog_diags *diags;
};

/* The last stage of `phase` or before it, other than the one that asks. */
static const char *last_of(const struct place *p, enum cog_phase phase)
{
    for (size_t i = p->index; i > 0; i--)
        if (p->stages[i - 1]->phase <= phase)
            return id_of(p->stages[i - 1]);
    return NULL;
}

static int resolve(const struct place *p, json_t *input)
{
    const char *phase = json_string_value(json_object_get(input, "phase")), *found;
    const char *id = id_of(p->stages[p->index]);

    if (json_object_get(input, "auto")) {
        if (p->index == 0)
            return complain(p->diags, id, "nothing stands before it to begin with");
        found = id_of(p->stages[p->index - 1]);
    } else if (phase) {
        found = last_of(p, cog_phase_of(phase));
        if (!found)
            return complain(p->diags, id, "no stage stands in the phase that it names");
    } else {
        return 0;
    }
    json_auto_t *name = json_string(found);
    json_object_clear(input);
    json_object_set(input, "stage", name);
    return 0;
}

static int resolve_stage(const struct place *p)
{
    json_t *stage = p->stages[p->index]->json, *operation, *mount;
    int result = resolve(p, json_object_get(stage, "source"));
    size_t i, j;

    json_array_foreach(json_object_get(stage, "operations"), i, operation) {
        if (json_object_get(operation, "from"))
            result |= resolve(p, json_object_get(operation, "from"));
        json_array_foreach(json_object_get(operation, "mounts"), j, mount) {
            if (json_object_get(mount, "from"))
                result |= resolve(p, json_object_get(mount, "from"));
        }
    }
    return result;
}

static int check_ids(struct cog_stage *const *stages, size_t count, struct cog_diags *diags)
{
    int result = 0;

    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++)
            if (strcmp(id_of(stages[i]), id_of(stages[j])) == 0)
                result = complain(diags, id_of(stages[i]), "the id is used twice");
    return result;
}

json_t *cog_compose(struct cog_composer *composer, struct cog_diags *diags)
{
    auto_free struct cog_stage **stages = ordered(composer);
    struct place place = {stages, 0, diags};
    size_t count = composer->stage_count;
    json_auto_t *list = json_array();

    if (count == 0) {
        (void)complain(diags, "", "no block added a stage");
        return NULL;
    }
    int result = check_ids(stages, count, diags);
    for (; place.index < count; place.index++) {
        result |= resolve_stage(&place);
        json_array_append(list, stages[place.index]->json);
    }
    if (result < 0)
        return NULL;
    json_object_set_new(composer->export, "stage", json_string(id_of(stages[count - 1])));
    return json_pack("{s:s, s:{s:s, s:s}, s:O, s:O, s:O, s:O, s:O}", "schema", "cog/plan-1",
                     "platform", "os", "linux", "arch", COG_PLAN_ARCH, "contexts",
                     composer->contexts, "stages", list, "export", composer->export,
                     "decisions", composer->decisions, "source", composer->source);
}
