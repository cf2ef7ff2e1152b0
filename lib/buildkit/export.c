/* export.c - what goes to the engine's exporter and what it answers. */
#include "buildkit/export.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"

/* The names, joined by commas, as the exporter wants them. */
static char *join(const json_t *tags)
{
    char *text;
    size_t size, index;
    const json_t *tag;
    FILE *stream = cog_text_open(&text, &size);
    json_array_foreach(tags, index, tag) {
        (void)fprintf(stream, "%s%s", index ? "," : "", json_string_value(tag));
    }
    cog_text_close(stream, &text);
    return text;
}

/* Adds an attribute to both forms of the request; borrows the texts. */
static void set(struct cog_exporter *exporter, const char *key, const char *value)
{
    static const Buildkit__SolveRequest__ExporterAttrsEntry no_old =
        BUILDKIT__SOLVE_REQUEST__EXPORTER_ATTRS_ENTRY__INIT;
    static const Buildkit__Exporter__AttrsEntry no_entry =
        BUILDKIT__EXPORTER__ATTRS_ENTRY__INIT;
    size_t i = exporter->exporter.n_attrs++;

    exporter->old[i] = no_old;
    exporter->old[i].key = (char *)key;
    exporter->old[i].value = (char *)value;
    exporter->olds[i] = &exporter->old[i];
    exporter->entry[i] = no_entry;
    exporter->entry[i].key = (char *)key;
    exporter->entry[i].value = (char *)value;
    exporter->entries[i] = &exporter->entry[i];
    exporter->solve.n_exporter_attrs = exporter->exporter.n_attrs;
}

void cog_exporter_init(struct cog_exporter *exporter, enum cog_export export,
                       const json_t *tags, const json_t *epoch)
{
    static const Buildkit__SolveRequest empty = BUILDKIT__SOLVE_REQUEST__INIT;
    static const Buildkit__Exporter no_exporter = BUILDKIT__EXPORTER__INIT;

    *exporter = (struct cog_exporter){.solve = empty, .exporter = no_exporter};
    if (export == COG_EXPORT_NOTHING)
        return;
    exporter->solve.exporter_attrs = exporter->olds;
    exporter->exporter.attrs = exporter->entries;
    exporter->exporters[0] = &exporter->exporter;
    exporter->solve.exporters = exporter->exporters;
    exporter->solve.n_exporters = 1;
    exporter->solve.exporter = exporter->exporter.type =
        (char *)(export == COG_EXPORT_REWRITTEN ? "image" : "moby");
    if (json_array_size(tags)) {
        exporter->names = join(tags);
        set(exporter, "name", exporter->names);
    } else if (export == COG_EXPORT_REWRITTEN) {
        set(exporter, "dangling-name-prefix", "moby-dangling"); /* as "moby" does */
    }
    if (export == COG_EXPORT_REWRITTEN) {
        exporter->epoch = cog_printf("%" JSON_INTEGER_FORMAT, json_integer_value(epoch));
        set(exporter, "rewrite-timestamp", "true");
        set(exporter, "source-date-epoch", exporter->epoch);
    }
}

void cog_exporter_release(struct cog_exporter *exporter)
{
    free(exporter->names);
    free(exporter->epoch);
    exporter->names = exporter->epoch = NULL;
}

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
        json_t *stage = json_object_get(json_object_get(vertices, step->digest), "stage");
        if (!step->completed)
            continue;
        json_t *object = json_object();
        json_object_set_new(object, "name", json_string(step->name));
        json_object_set_new(object, "cached", json_boolean(step->cached));
        json_object_set_new(object, "milliseconds",
                            json_integer(cog_step_milliseconds(step)));
        if (stage)
            json_object_set(object, "stage", stage);
        json_array_append_new(list, object);
    }
    return list;
}
