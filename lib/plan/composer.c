/* composer.c - collects what blocks add, as the JSON that the plan will hold. */
#include "plan/composer.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/doc.h"
#include "plan/composer_private.h"

struct cog_composer *cog_composer_new(const json_t *source)
{
    struct cog_composer *c = cog_alloc(sizeof *c);

    c->source = source;
    c->contexts = json_object();
    c->decisions = json_array();
    c->faults = json_array();
    c->packages = json_array();
    c->package_reasons = json_array();
    c->export = json_pack("{s:[], s:{}, s:{}}", "tags", "labels", "label_files");
    return c;
}

void cog_composer_constraints(struct cog_composer *composer,
                              const struct cog_constraints *constraints)
{
    composer->constraints = constraints;
}

const struct cog_chosen *cog_composer_chosen(const struct cog_composer *composer,
                                             const char *key)
{
    return composer->constraints ? cog_constraints_chosen(composer->constraints, key)
                                 : NULL;
}

void cog_composer_free(struct cog_composer *composer)
{
    for (size_t i = 0; i < composer->stage_count; i++) {
        json_decref(composer->stages[i]->json);
        free(composer->stages[i]);
    }
    free(composer->stages);
    json_decref(composer->contexts);
    json_decref(composer->decisions);
    json_decref(composer->faults);
    json_decref(composer->packages);
    json_decref(composer->package_reasons);
    json_decref(composer->export);
    free(composer);
}

/* Notes that `what` was set before. */
static void repeat(struct cog_composer *composer, const char *what, const char *name)
{
    json_array_append_new(composer->faults,
                          json_sprintf("%s \"%s\" is set twice", what, name));
}

json_t *cog_composer_member(json_t *object, const char *name, json_t *(*make)(void))
{
    json_t *value = json_object_get(object, name);

    if (!value) {
        value = make();
        json_object_set_new(object, name, value);
    }
    return value;
}

json_t *cog_why(const char *rule, struct cog_pos at)
{
    json_t *why = json_array();

    cog_why_add(why, rule, at, NULL);
    return why;
}

void cog_why_add(json_t *why, const char *rule, struct cog_pos at, const char *subject)
{
    json_t *entry = json_pack("{s:s}", "rule", rule);
    auto_free char *text = cog_pos_text(at);

    if (*text)
        json_object_set_new(entry, "at", json_string(text));
    if (subject)
        json_object_set_new(entry, "subject", json_string(subject));
    json_array_append_new(why, entry);
}

struct cog_stage *cog_stage_add(struct cog_composer *composer, enum cog_phase phase,
                                const char *id)
{
    struct cog_stage *stage = cog_alloc(sizeof *stage);

    stage->phase = *cog_phase_name(phase) ? phase : COG_PHASE_COUNT;
    stage->json = json_pack("{s:s, s:s, s:{s:b}, s:[]}", "id", id, "phase",
                            cog_phase_name(phase), "source", "auto", 1, "operations");
    composer->stages =
        cog_realloc(composer->stages, composer->stage_count + 1, sizeof *composer->stages);
    composer->stages[composer->stage_count++] = stage;
    return stage;
}

void cog_stage_from_take(struct cog_stage *stage, json_t *input)
{
    json_object_set_new(stage->json, "source", input);
}

void cog_stage_env(struct cog_stage *stage, const char *name, const char *value)
{
    json_object_set_new(cog_composer_member(stage->json, "env", json_object), name,
                        json_string(value));
}

void cog_stage_dir(struct cog_stage *stage, const char *dir)
{
    json_object_set_new(stage->json, "dir", json_string(dir));
}

void cog_stage_provides(struct cog_stage *stage, const char *name)
{
    json_array_append_new(cog_composer_member(stage->json, "provides", json_array),
                          json_string(name));
}

void cog_stage_holds(struct cog_stage *stage, const char *name, const char *version)
{
    json_object_set_new(cog_composer_member(stage->json, "holds", json_object), name,
                        json_string(version));
}

/* Two blocks may need the same context. `context` is stolen. */
static void define(struct cog_composer *composer, const char *name, json_t *context)
{
    const json_t *known = json_object_get(composer->contexts, name);

    if (known && !json_equal(known, context))
        repeat(composer, "the context", name);
    json_object_set_new(composer->contexts, name, context);
}

void cog_context_folder_take(struct cog_composer *composer, const char *name,
                             const char *path, json_t *exclude)
{
    define(composer, name, json_pack("{s:s, s:o}", "path", path, "exclude", exclude));
}

void cog_context_parts_take(struct cog_composer *composer, const char *name,
                            const char *path, json_t *include, json_t *exclude)
{
    define(
        composer, name,
        json_pack("{s:s, s:o, s:o}", "path", path, "include", include, "exclude", exclude));
}

void cog_context_own(struct cog_composer *composer, const char *name, const char *folder)
{
    define(composer, name, json_pack("{s:s}", "cog", folder));
}

void cog_context_given(struct cog_composer *composer, const char *name)
{
    define(composer, name, json_pack("{s:b}", "given", 1));
}

void cog_context_given_file(struct cog_composer *composer, const char *name,
                            const char *file)
{
    json_object_set_new(composer->contexts, name,
                        json_pack("{s:b, s:[s]}", "given", 1, "include", file));
}

void cog_context_file(struct cog_composer *composer, const char *name, const char *path,
                      const char *text)
{
    json_t *context = cog_composer_member(composer->contexts, name, json_object);
    json_t *files = cog_composer_member(context, "files", json_array), *file;
    size_t index;

    json_array_foreach(files, index, file) {
        if (strcmp(json_string_value(json_object_get(file, "path")), path) == 0)
            repeat(composer, "the file", path);
    }
    if (json_object_size(context) > 1)
        repeat(composer, "the context", name);
    json_array_append_new(
        files, json_pack("{s:s, s:i, s:s}", "path", path, "mode", 0644, "text", text));
}

void cog_export_image_take(struct cog_composer *composer, json_t *image)
{
    if (json_object_get(composer->export, "image"))
        repeat(composer, "the export's", "image");
    json_object_set_new(composer->export, "image", image);
}

void cog_export_tag(struct cog_composer *composer, const char *tag)
{
    json_t *tags = json_object_get(composer->export, "tags"), *other;
    size_t index;

    json_array_foreach(tags, index, other) {
        if (strcmp(json_string_value(other), tag) == 0)
            repeat(composer, "the tag", tag);
    }
    json_array_append_new(tags, json_string(tag));
}

/* A label is text, or what a file has. */
static void add_label(struct cog_composer *composer, const char *kind, const char *name,
                      const char *value)
{
    const json_t *labels = json_object_get(composer->export, "labels");
    const json_t *files = json_object_get(composer->export, "label_files");

    if (json_object_get(labels, name) || json_object_get(files, name))
        repeat(composer, "the label", name);
    json_object_set_new(json_object_get(composer->export, kind), name, json_string(value));
}

void cog_export_label(struct cog_composer *composer, const char *name, const char *value)
{
    add_label(composer, "labels", name, value);
}

void cog_export_label_file(struct cog_composer *composer, const char *name,
                           const char *path)
{
    add_label(composer, "label_files", name, path);
}

void cog_decide_take(struct cog_composer *composer, const char *key, const char *value,
                     const char *rule, struct cog_pos at, json_t *rejected)
{
    json_t *decision =
        json_pack("{s:s, s:s, s:s}", "key", key, "value", value, "rule", rule);
    auto_free char *text = cog_pos_text(at);

    if (cog_decided(composer, key))
        repeat(composer, "the decision", key);
    if (*text)
        json_object_set_new(decision, "at", json_string(text));
    if (json_array_size(rejected))
        json_object_set_new(decision, "rejected", rejected);
    else
        json_decref(rejected);
    json_array_append_new(composer->decisions, decision);
}

const char *cog_decided(const struct cog_composer *composer, const char *key)
{
    const json_t *decision;
    size_t index;

    json_array_foreach(composer->decisions, index, decision) {
        if (strcmp(json_string_value(json_object_get(decision, "key")), key) == 0)
            return json_string_value(json_object_get(decision, "value"));
    }
    return NULL;
}
