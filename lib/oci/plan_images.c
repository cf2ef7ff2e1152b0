/* plan_images.c - collects the images of a plan and the places that asked for them. */
#include "oci/plan_images.h"

#include <string.h>

struct collection {
    const struct cog_plan *plan;
    json_t *names;
};

static const char *decided_at(const json_t *doc, const char *image)
{
    size_t index;
    json_t *decision;

    json_array_foreach(json_object_get(doc, "decisions"), index, decision) {
        const char *value = json_string_value(json_object_get(decision, "value"));
        const char *at = json_string_value(json_object_get(decision, "at"));
        if (value && at && strcmp(value, image) == 0)
            return at;
    }
    return NULL;
}

static const char *first_why(const struct cog_plan_stage *stage)
{
    for (size_t i = 0; i < stage->operation_count; i++) {
        const json_t *why = json_array_get(stage->operations[i].why, 0);
        const char *at = json_string_value(json_object_get(why, "at"));
        if (at)
            return at;
    }
    return "";
}

static void collect(void *context, const struct cog_plan_input *input, size_t stage,
                    const char *pointer)
{
    struct collection *to = context;

    (void)pointer;
    if (input->kind != COG_INPUT_IMAGE || json_object_get(to->names, input->name))
        return;
    const char *at = decided_at(to->plan->doc, input->name);
    if (!at)
        at = first_why(&to->plan->stages[stage]);
    json_object_set_new(to->names, input->name, json_string(at));
}

json_t *cog_plan_images(const struct cog_plan *plan)
{
    struct collection collection = {.plan = plan, .names = json_object()};

    cog_plan_inputs(plan, collect, &collection);
    return collection.names;
}
