/* plan.c - the document cog/plan-1 as a struct. */
#include "model/plan.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/doc.h"
#include "schema/schema.h"

/* Errors are reported at a JSON Pointer of the plan. */
struct loader {
    struct cog_diags *diags;
    int result;
};

static void complain(struct loader *l, const char *pointer, const char *code,
                     const char *text)
{
    l->result = cog_report(l->diags, COG_ERROR, (struct cog_pos){.file = "<stdin>"}, code,
                           "%s: %s", pointer, text);
}

static const char *text_of(const json_t *object, const char *member)
{
    return json_string_value(json_object_get(object, member));
}

/* The index of `word` in `words`, which has it by the schema; `fallback` when it is not
 * set. */
static unsigned index_of(const char *const *words, const char *word, unsigned fallback)
{
    if (!word)
        return fallback;
    unsigned index = 0;
    while (words[index] && strcmp(words[index], word) != 0)
        index++;
    return index;
}

static void load_input(struct loader *l, struct cog_plan_input *input, const json_t *json,
                       const char *pointer)
{
    static const char *const kinds[] = {"image", "stage", "local", "url", "scratch"};
    unsigned found = 0;

    for (unsigned kind = 0; kind < sizeof kinds / sizeof *kinds; kind++)
        if (json_object_get(json, kinds[kind])) {
            input->kind = (enum cog_input_kind)kind;
            input->name = text_of(json, kinds[kind]);
            found++;
        }
    input->checksum = text_of(json, "checksum");
    if (found != 1)
        complain(l, pointer, "plan.input",
                 "an input is exactly one of image, stage, local, url, scratch");
    else if (input->checksum && input->kind != COG_INPUT_URL)
        complain(l, pointer, "plan.input", "only a url has a checksum");
}

static void load_mount(struct loader *l, struct cog_plan_mount *mount, const json_t *json,
                       const char *pointer)
{
    static const char *const types[] = {"bind", "cache", "secret", "ssh", "tmpfs", NULL};
    static const char *const sharings[] = {"shared", "private", "locked", NULL};
    const json_t *from = json_object_get(json, "from"),
                 *mode = json_object_get(json, "mode");

    *mount = (struct cog_plan_mount){
        .type = (enum cog_mount_type)index_of(types, text_of(json, "type"), 0),
        .sharing = (enum cog_sharing)index_of(sharings, text_of(json, "sharing"), 0),
        .target = text_of(json, "target"),
        .path = text_of(json, "path"),
        .id = text_of(json, "id"),
        .readonly = !json_is_false(json_object_get(json, "readonly")),
        .required = json_is_true(json_object_get(json, "required")),
        .mode = mode ? (unsigned)json_integer_value(mode) : 0400,
        .size = (size_t)json_integer_value(json_object_get(json, "size")),
    };
    if (mount->type == COG_MOUNT_BIND && !from)
        complain(l, pointer, "plan.mount", "a bind mount needs \"from\"");
    else if (from) {
        auto_free char *path = cog_pointer_member(pointer, "from");
        load_input(l, &mount->from, from, path);
    }
    if ((mount->type == COG_MOUNT_CACHE || mount->type == COG_MOUNT_SECRET) && !mount->id)
        complain(l, pointer, "plan.mount", "a cache or secret mount needs \"id\"");
}

static void load_mounts(struct loader *l, struct cog_plan_operation *op, const json_t *list,
                        const char *pointer)
{
    const json_t *item;
    size_t index;

    op->mount_count = json_array_size(list);
    op->mounts = cog_calloc(op->mount_count, sizeof *op->mounts);
    json_array_foreach(list, index, item) {
        auto_free char *path = cog_printf("%s/mounts/%zu", pointer, index);
        load_mount(l, &op->mounts[index], item, path);
    }
}

static int mode_of(const json_t *json)
{
    const json_t *mode = json_object_get(json, "mode");

    if (!mode)
        mode = json_object_get(json, "chmod");
    return mode ? (int)json_integer_value(mode) : -1;
}

static void load_operation(struct loader *l, struct cog_plan_operation *op,
                           const json_t *json, const char *pointer)
{
    static const char *const kinds[] = {"exec",   "copy",    "mkdir", "mkfile",
                                        "remove", "symlink", "env",   NULL};
    static const char *const networks[] = {"default", "host", "none", NULL};

    *op = (struct cog_plan_operation){
        .kind = (enum cog_operation_kind)index_of(kinds, text_of(json, "op"), 0),
        .why = json_object_get(json, "why"),
        .env = json_object_get(json, "env"),
        .argv = json_object_get(json, "argv"),
        .shell = text_of(json, "shell"),
        .dir = text_of(json, "dir"),
        .user = text_of(json, "user"),
        .network = (enum cog_network)index_of(networks, text_of(json, "network"), 0),
        .src = json_object_get(json, "src"),
        .include = json_object_get(json, "include"),
        .exclude = json_object_get(json, "exclude"),
        .dest = text_of(json, "dest"),
        .chown = text_of(json, "chown"),
        .contents = json_is_true(json_object_get(json, "contents")),
        .mode = mode_of(json),
        .path = text_of(json, "path"),
        .text = text_of(json, "text"),
        .target = text_of(json, "target"),
    };
    load_mounts(l, op, json_object_get(json, "mounts"), pointer);
    if (op->kind == COG_OP_EXEC && !op->argv == !op->shell)
        complain(l, pointer, "plan.exec", "an exec needs either argv or shell");
    if (op->kind == COG_OP_COPY) {
        auto_free char *path = cog_pointer_member(pointer, "from");
        load_input(l, &op->from, json_object_get(json, "from"), path);
    }
}

static void load_stage(struct loader *l, struct cog_plan_stage *stage, const json_t *json,
                       size_t index)
{
    const json_t *list = json_object_get(json, "operations"), *item;
    auto_free char *source = cog_printf("/stages/%zu/source", index);
    size_t i;

    *stage = (struct cog_plan_stage){
        .id = text_of(json, "id"),
        .phase = text_of(json, "phase"),
        .dir = text_of(json, "dir"),
        .user = text_of(json, "user"),
        .env = json_object_get(json, "env"),
        .operation_count = json_array_size(list),
        .operations = cog_calloc(json_array_size(list), sizeof *stage->operations),
    };
    load_input(l, &stage->source, json_object_get(json, "source"), source);
    json_array_foreach(list, i, item) {
        auto_free char *pointer = cog_printf("/stages/%zu/operations/%zu", index, i);
        load_operation(l, &stage->operations[i], item, pointer);
    }
}

int cog_plan_fill(struct cog_plan *plan, json_t *doc, struct cog_diags *diags)
{
    struct loader loader = {.diags = diags};
    const json_t *list = json_object_get(doc, "stages"), *item;
    const json_t *platform = json_object_get(doc, "platform");
    const json_t *export = json_object_get(doc, "export");
    size_t index;

    *plan = (struct cog_plan){
        .doc = json_incref(doc),
        .os = text_of(platform, "os"),
        .arch = text_of(platform, "arch"),
        .stage_count = json_array_size(list),
        .stages = cog_calloc(json_array_size(list), sizeof *plan->stages),
        .contexts = json_object_get(doc, "contexts"),
        .images = json_object_get(doc, "images"),
        .export_stage = text_of(export, "stage"),
        .tags = json_object_get(export, "tags"),
        .image = json_object_get(export, "image"),
        .labels = json_object_get(export, "labels"),
        .label_files = json_object_get(export, "label_files"),
    };
    json_array_foreach(list, index, item) {
        load_stage(&loader, &plan->stages[index], item, index);
    }
    return loader.result;
}

int cog_plan_load(struct cog_plan *plan, json_t *doc, struct cog_diags *diags)
{
    if (cog_schema_check_doc(doc, diags) < 0)
        return -1;
    int result = cog_plan_fill(plan, doc, diags);
    if (result < 0)
        cog_plan_release(plan);
    return result;
}

void cog_plan_release(struct cog_plan *plan)
{
    for (size_t i = 0; i < plan->stage_count; i++) {
        for (size_t j = 0; j < plan->stages[i].operation_count; j++)
            free(plan->stages[i].operations[j].mounts);
        free(plan->stages[i].operations);
    }
    free(plan->stages);
    json_decref(plan->doc);
    *plan = (struct cog_plan){0};
}

size_t cog_plan_find(const struct cog_plan *plan, const char *id, size_t limit)
{
    size_t index = 0;

    while (index < limit && strcmp(plan->stages[index].id, id) != 0)
        index++;
    return index;
}

static void visit_operation(const struct cog_plan_operation *op, size_t stage,
                            const char *pointer,
                            void (*visit)(void *context, const struct cog_plan_input *input,
                                          size_t stage, const char *pointer),
                            void *context)
{
    if (op->kind == COG_OP_COPY) {
        auto_free char *path = cog_pointer_member(pointer, "from");
        visit(context, &op->from, stage, path);
    }
    for (size_t i = 0; i < op->mount_count; i++) {
        auto_free char *path = cog_printf("%s/mounts/%zu/from", pointer, i);
        if (op->mounts[i].type == COG_MOUNT_BIND)
            visit(context, &op->mounts[i].from, stage, path);
    }
}

void cog_plan_inputs(const struct cog_plan *plan,
                     void (*visit)(void *context, const struct cog_plan_input *input,
                                   size_t stage, const char *pointer),
                     void *context)
{
    for (size_t i = 0; i < plan->stage_count; i++) {
        const struct cog_plan_stage *stage = &plan->stages[i];
        auto_free char *source = cog_printf("/stages/%zu/source", i);
        visit(context, &stage->source, i, source);
        for (size_t j = 0; j < stage->operation_count; j++) {
            auto_free char *pointer = cog_printf("/stages/%zu/operations/%zu", i, j);
            visit_operation(&stage->operations[j], i, pointer, visit, context);
        }
    }
}
