/* export.c - what comes of a build. */
#include "buildkit/export.h"

json_t *cog_exporter_answer(const Buildkit__SolveResponse *response)
{
    json_t *answer = json_object();

    for (size_t i = 0; i < response->n_exporter_response; i++)
        json_object_set_new(answer, response->exporter_response[i]->key,
                            json_string(response->exporter_response[i]->value));
    return answer;
}

static json_t *member(json_t *object, const char *key)
{
    json_t *found = json_object_get(object, key);

    if (!json_is_object(found)) {
        found = json_object();
        json_object_set_new(object, key, found);
    }
    return found;
}

void cog_config_label(json_t *config, const char *label, json_t *value)
{
    json_object_set_new(member(member(config, "config"), "Labels"), label, value);
}

json_t *cog_steps_json(const struct cog_steps *steps, const json_t *vertices)
{
    json_t *list = json_array();

    for (size_t i = 0; i < steps->count; i++) {
        const struct cog_step *step = &steps->items[i];
        const json_t *vertex = json_object_get(vertices, step->digest);
        json_t *stage = json_object_get(vertex, "stage");
        int64_t milliseconds = cog_step_milliseconds(step, step->completed);
        if (!step->completed)
            continue;
        json_t *object = json_object();
        json_object_set_new(object, "name", json_string(step->name));
        json_object_set_new(object, "cached", json_boolean(step->cached));
        json_object_set_new(object, "milliseconds", json_integer(milliseconds));
        if (milliseconds > 0)
            json_object_set_new(
                object, "spent",
                cog_spent_json(&step->spent,
                               json_string_value(json_object_get(vertex, "kind")),
                               step->name, milliseconds));
        if (stage)
            json_object_set(object, "stage", stage);
        json_array_append_new(list, object);
    }
    return list;
}
