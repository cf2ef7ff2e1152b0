/* validate.c - the rules of a plan that no schema can say. */
#include "plan/validate.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/doc.h"
#include "base/path.h"
#include "model/reference.h"

struct rules {
    const struct cog_plan *plan;
    struct cog_diags *diags;
    bool *used;            /* by stage */
    json_t *contexts_used; /* by name */
    int result;
};

static void complain(struct rules *r, enum cog_severity severity, const char *pointer,
                     const char *code, const char *what, const char *name)
{
    r->result |= cog_report(r->diags, severity, (struct cog_pos){.file = "<stdin>"}, code,
                            "%s: \"%s\" %s", pointer, name, what);
}

static void check_image(struct rules *r, const char *pointer, const char *code,
                        const char *name)
{
    struct cog_reference reference;
    const char *reason;

    if (cog_reference_parse(&reference, name, &reason) < 0)
        complain(r, COG_ERROR, pointer, code, reason, name);
    else
        cog_reference_release(&reference);
}

static void check_stage(struct rules *r, const char *pointer, const char *id, size_t limit)
{
    size_t index = cog_plan_find(r->plan, id, r->plan->stage_count);

    if (index == r->plan->stage_count)
        complain(r, COG_ERROR, pointer, "plan.stage", "is no stage of this plan", id);
    else if (index >= limit)
        complain(r, COG_ERROR, pointer, "plan.stage", "does not stand before this stage",
                 id);
    else
        r->used[index] = true;
}

static void check_input(void *context, const struct cog_plan_input *input, size_t stage,
                        const char *pointer)
{
    struct rules *r = context;

    if (input->kind == COG_INPUT_IMAGE)
        check_image(r, pointer, "plan.image", input->name);
    else if (input->kind == COG_INPUT_STAGE)
        check_stage(r, pointer, input->name, stage);
    else if (input->kind == COG_INPUT_URL && !input->checksum)
        complain(r, COG_WARNING, pointer, "plan.url",
                 "has no checksum; what it gives may change", input->name);
    else if (input->kind == COG_INPUT_LOCAL) {
        if (!json_object_get(r->plan->contexts, input->name))
            complain(r, COG_ERROR, pointer, "plan.context", "is no context of this plan",
                     input->name);
        json_object_set_new(r->contexts_used, input->name, json_true());
    }
}

static void check_path(struct rules *r, const char *pointer, const char *member,
                       const char *path)
{
    auto_free char *place = cog_pointer_member(pointer, member);

    if (path && !cog_path_is_clean(path))
        complain(r, COG_ERROR, place, "plan.path",
                 "must be absolute, without . or .. parts", path);
}

/* A folder is often written with a slash at its end, which copying gives a meaning. */
static void check_dest(struct rules *r, const char *pointer, const char *dest)
{
    size_t length = dest ? strlen(dest) : 0;
    auto_free char *bare =
        dest
            ? cog_strndup(dest, length > 1 && dest[length - 1] == '/' ? length - 1 : length)
            : NULL;

    check_path(r, pointer, "dest", bare);
}

static void check_sources(struct rules *r, const char *pointer, const json_t *src)
{
    const json_t *item;
    size_t index;

    json_array_foreach(src, index, item) {
        const char *path = json_string_value(item);
        auto_free char *place = cog_printf("%s/src/%zu", pointer, index);
        auto_free char *inside = cog_path_inside("", *path == '/' ? path + 1 : path);
        if (!inside && strstr(path, ".."))
            complain(r, COG_ERROR, place, "plan.context", "leaves what it is copied from",
                     path);
    }
}

static void check_mounts(struct rules *r, const char *pointer,
                         const struct cog_plan_operation *op)
{
    for (size_t i = 0; i < op->mount_count; i++) {
        auto_free char *place = cog_printf("%s/mounts/%zu", pointer, i);
        check_path(r, place, "target", op->mounts[i].target);
        check_path(r, place, "path", op->mounts[i].path);
        if (strcmp(op->mounts[i].target, "/") == 0)
            complain(r, COG_ERROR, place, "plan.target", "would hide the stage's own files",
                     "/");
        for (size_t j = 0; j < i; j++)
            if (strcmp(op->mounts[i].target, op->mounts[j].target) == 0)
                complain(r, COG_ERROR, place, "plan.target", "is the target of two mounts",
                         op->mounts[i].target);
    }
}

static void check_operations(struct rules *r)
{
    for (size_t i = 0; i < r->plan->stage_count; i++) {
        const struct cog_plan_stage *stage = &r->plan->stages[i];
        auto_free char *place = cog_printf("/stages/%zu", i);
        check_path(r, place, "dir", stage->dir);
        for (size_t j = 0; j < stage->operation_count; j++) {
            const struct cog_plan_operation *op = &stage->operations[j];
            auto_free char *pointer = cog_printf("/stages/%zu/operations/%zu", i, j);
            check_path(r, pointer, "path", op->path);
            check_path(r, pointer, "dir", op->dir);
            check_dest(r, pointer, op->dest);
            check_sources(r, pointer, op->src);
            check_mounts(r, pointer, op);
        }
    }
}

static void check_ids(struct rules *r)
{
    for (size_t i = 0; i < r->plan->stage_count; i++) {
        const char *id = r->plan->stages[i].id;
        auto_free char *pointer = cog_printf("/stages/%zu/id", i);
        if (cog_plan_find(r->plan, id, i) < i)
            complain(r, COG_ERROR, pointer, "plan.id", "is the id of an earlier stage", id);
    }
}

static void check_tags(struct rules *r)
{
    const json_t *tag;
    size_t index;

    json_array_foreach(r->plan->tags, index, tag) {
        auto_free char *pointer = cog_pointer_index("/export/tags", index);
        check_image(r, pointer, "plan.tag", json_string_value(tag));
    }
}

static void check_context_paths(struct rules *r)
{
    const char *name;
    json_t *context;

    json_object_foreach((json_t *)r->plan->contexts, name, context) {
        const char *path = json_string_value(json_object_get(context, "path"));
        auto_free char *inside = path ? cog_path_inside("", path) : NULL;
        auto_free char *pointer = cog_pointer_member("/contexts", name);
        if (path && !inside && strcmp(path, ".") != 0)
            complain(r, COG_ERROR, pointer, "plan.context", "leaves the project's folder",
                     path);
    }
}

static void warn_unused(struct rules *r)
{
    const char *name;
    json_t *context;

    for (size_t i = 0; i < r->plan->stage_count; i++) {
        auto_free char *pointer = cog_pointer_index("/stages", i);
        if (!r->used[i])
            complain(r, COG_WARNING, pointer, "plan.unused", "is a stage that nothing uses",
                     r->plan->stages[i].id);
    }
    json_object_foreach((json_t *)r->plan->contexts, name, context) {
        auto_free char *pointer = cog_pointer_member("/contexts", name);
        if (!json_object_get(r->contexts_used, name))
            complain(r, COG_WARNING, pointer, "plan.unused",
                     "is a context that nothing uses", name);
    }
}

int cog_plan_validate(const struct cog_plan *plan, struct cog_diags *diags)
{
    auto_free bool *used = cog_calloc(plan->stage_count, sizeof *used);
    json_auto_t *contexts_used = json_object();
    struct rules rules = {plan, diags, used, contexts_used, 0};

    check_ids(&rules);
    cog_plan_inputs(plan, check_input, &rules);
    check_stage(&rules, "/export/stage", plan->export_stage, plan->stage_count);
    check_operations(&rules);
    check_tags(&rules);
    check_context_paths(&rules);
    warn_unused(&rules);
    return rules.result;
}
