/* op_inputs.c - what operations of every kind are made of. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "llb/lowering.h"

char **cog_strings_of(const json_t *array)
{
    char **strings = cog_calloc(json_array_size(array), sizeof *strings);

    for (size_t i = 0; i < json_array_size(array); i++)
        strings[i] = (char *)json_string_value(json_array_get(array, i));
    return strings;
}

int64_t cog_op_inputs_add(struct cog_op_inputs *inputs, const char *digest)
{
    if (!digest)
        return -1;
    for (size_t i = 0; i < inputs->count; i++)
        if (strcmp(inputs->items[i].digest, digest) == 0)
            return (int64_t)i;
    inputs->items = cog_realloc(inputs->items, inputs->count + 1, sizeof *inputs->items);
    cog__llb__input__init(&inputs->items[inputs->count]);
    inputs->items[inputs->count].digest = (char *)digest;
    return (int64_t)inputs->count++;
}

void cog_op_inputs_set(struct cog_op_inputs *inputs, Cog__Llb__Op *op)
{
    inputs->pointers = cog_calloc(inputs->count, sizeof *inputs->pointers);
    for (size_t i = 0; i < inputs->count; i++)
        inputs->pointers[i] = &inputs->items[i];
    op->n_inputs = inputs->count;
    op->inputs = inputs->pointers;
}

void cog_op_inputs_release(struct cog_op_inputs *inputs)
{
    free(inputs->items);
    free(inputs->pointers);
}

void cog_lower_ask(json_t *ids, const char *id, bool required)
{
    if (required || !json_object_get(ids, id))
        json_object_set_new(ids, id, json_boolean(required));
}

struct cog_vertex_info cog_lower_step_info(const struct cog_lowering *l,
                                           const struct cog_lower_step *step,
                                           const json_t *caps)
{
    return (struct cog_vertex_info){
        .name = step->name,
        .command = step->command,
        .stage = step->stage->id,
        .why = step->operation->why,
        .caps = caps,
        .ignore_cache = l->options->no_cache || json_object_get(l->options->no_cache_stages,
                                                                step->stage->id) != NULL,
    };
}

void cog_lower_step_check(struct cog_lowering *l, const struct cog_lower_step *step,
                          const json_t *caps)
{
    const json_t *cap;
    size_t index;

    if (!l->options->engine)
        return;
    json_array_foreach(caps, index, cap) {
        const char *name = json_string_value(cap);
        if (!json_object_get(l->options->engine, name))
            l->result = cog_report(l->diags, COG_ERROR, (struct cog_pos){.file = "<stdin>"},
                                   "llb.engine",
                                   "%s: the engine lacks the capability \"%s\" of newer "
                                   "BuildKits",
                                   step->pointer, name);
    }
}
