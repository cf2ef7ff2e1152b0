/* changes.c - what a plan has otherwise than another one, and what will run again for it.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/doc.h"
#include "base/text.h"
#include "plan/explain.h"
#include "plan/operation.h"

struct changes {
    FILE *out;
    const struct cog_plan *old, *plan;
    bool *again;      /* by stage of `plan`: whether it runs again */
    bool stage_named; /* whether the heading of the present stage was printed */
    size_t stage;
};

/* --- values by name: decisions, labels, the image's members --- */

static void print_value(const struct changes *c, const char *name, const json_t *was,
                        const json_t *is)
{
    auto_free char *old = was ? json_dumps(was, JSON_ENCODE_ANY | JSON_SORT_KEYS) : NULL;
    auto_free char *new = is ? json_dumps(is, JSON_ENCODE_ANY | JSON_SORT_KEYS) : NULL;

    if (old && new)
        (void)fprintf(c->out, "  %s: %s -> %s\n", name, old, new);
    else if (old)
        (void)fprintf(c->out, "  %s: no more %s\n", name, old);
    else if (new)
        (void)fprintf(c->out, "  %s: now %s\n", name, new);
}

static void print_members(const struct changes *c, const char *heading, const json_t *was,
                          const json_t *is)
{
    const char *name;
    json_t *value;
    bool same = json_equal(was, is) || (!json_object_size(was) && !json_object_size(is));

    if (same)
        return;
    (void)fprintf(c->out, "%s\n", heading);
    json_object_foreach((json_t *)is, name, value) {
        if (!json_equal(value, json_object_get(was, name)))
            print_value(c, name, json_object_get(was, name), value);
    }
    json_object_foreach((json_t *)was, name, value) {
        if (!json_object_get(is, name))
            print_value(c, name, value, NULL);
    }
}

/* {key: value} */
static json_t *decided(const struct cog_plan *plan)
{
    json_t *values = json_object();
    const json_t *decision;
    size_t index;

    json_array_foreach(json_object_get(plan->doc, "decisions"), index, decision) {
        json_object_set(values, cog_member_text(decision, "key"),
                        json_object_get(decision, "value"));
    }
    return values;
}

/* --- stages --- */

static void tell(struct changes *c, const char *what, const char *detail)
{
    if (!c->stage_named)
        (void)fprintf(c->out, "  %s runs again\n", c->plan->stages[c->stage].id);
    c->stage_named = c->again[c->stage] = true;
    (void)fprintf(c->out, "    %s%s\n", what, detail);
}

/* What is built of an input besides its name: the files that stand in the plan, an image's
 * digest. */
static const json_t *content(const struct cog_plan *plan,
                             const struct cog_plan_input *input)
{
    if (input->kind == COG_INPUT_LOCAL)
        return json_object_get(plan->contexts, input->name);
    if (input->kind == COG_INPUT_IMAGE)
        return json_object_get(json_object_get(plan->images, input->name), "digest");
    return NULL;
}

/* Plans before and after cog-resolve are compared without what only one of them has. */
static bool same_content(const json_t *was, const json_t *is)
{
    return !was || !is || json_equal(was, is);
}

static void check_input(struct changes *c, const struct cog_plan_input *input)
{
    auto_free char *text = cog_input_text(input);

    if (input->kind == COG_INPUT_STAGE) {
        if (input->stage < c->stage && c->again[input->stage])
            tell(c, text, " runs again");
    } else if (!same_content(content(c->old, input), content(c->plan, input))) {
        tell(c, text, " has changed");
    }
}

/* The operation as the plan has it, without the reasons, which no engine sees. */
static json_t *bare_operation(const struct cog_plan *plan, size_t stage, size_t index)
{
    const json_t *list = json_object_get(
        json_array_get(json_object_get(plan->doc, "stages"), stage), "operations");
    json_t *copy = json_copy(json_array_get(list, index));

    json_object_del(copy, "why");
    json_object_del(copy, "title");
    return copy;
}

static void check_operation(struct changes *c, size_t old_stage, size_t index)
{
    const struct cog_plan_operation *op = &c->plan->stages[c->stage].operations[index];
    json_auto_t *was = bare_operation(c->old, old_stage, index);
    json_auto_t *is = bare_operation(c->plan, c->stage, index);
    auto_free char *text = cog_operation_text(op);

    if (!was)
        tell(c, "new: ", text);
    else if (!json_equal(was, is))
        tell(c, "changed: ", text);
    if (op->kind == COG_OP_COPY)
        check_input(c, &op->copy.from);
    for (size_t i = 0; op->kind == COG_OP_EXEC && i < op->exec.mount_count; i++)
        if (op->exec.mounts[i].from.kind != COG_INPUT_SCRATCH)
            check_input(c, &op->exec.mounts[i].from);
}

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static void check_stage(struct changes *c)
{
    const struct cog_plan_stage *is = &c->plan->stages[c->stage];
    size_t index = cog_plan_find(c->old, is->id, c->old->stage_count);

    if (index == c->old->stage_count) {
        tell(c, "it is new", "");
        return;
    }
    const struct cog_plan_stage *was = &c->old->stages[index];
    auto_free char *from = cog_input_text(&is->source);
    auto_free char *old_from = cog_input_text(&was->source);
    if (strcmp(from, old_from) != 0)
        tell(c, "begins with ", from);
    check_input(c, &is->source);
    if (!json_equal(is->env, was->env) && (is->env || was->env))
        tell(c, "its environment has changed", "");
    if (!same_text(is->dir, was->dir) || !same_text(is->user, was->user))
        tell(c, "its folder or user has changed", "");
    for (size_t i = 0; i < is->operation_count; i++)
        check_operation(c, index, i);
    for (size_t i = is->operation_count; i < was->operation_count; i++) {
        auto_free char *text = cog_operation_text(&was->operations[i]);
        tell(c, "no more: ", text);
    }
}

static void check_stages(struct changes *c)
{
    (void)fputs("Stages\n", c->out);
    for (; c->stage < c->plan->stage_count; c->stage++) {
        c->stage_named = false;
        check_stage(c);
        if (!c->again[c->stage])
            (void)fprintf(c->out, "  %s is as before\n", c->plan->stages[c->stage].id);
    }
    for (size_t i = 0; i < c->old->stage_count; i++)
        if (cog_plan_find(c->plan, c->old->stages[i].id, c->plan->stage_count) ==
            c->plan->stage_count)
            (void)fprintf(c->out, "  %s is gone\n", c->old->stages[i].id);
}

char *cog_explain_changes(const struct cog_plan *old, const struct cog_plan *plan)
{
    char *text;
    size_t size;
    auto_free bool *again = cog_calloc(plan->stage_count, sizeof *again);
    struct changes c = {
        .out = cog_text_open(&text, &size), .old = old, .plan = plan, .again = again};
    json_auto_t *was = decided(old), *is = decided(plan);

    print_members(&c, "Decisions", was, is);
    check_stages(&c);
    print_members(&c, "Image", old->image, plan->image);
    print_members(&c, "Labels", old->labels, plan->labels);
    cog_text_close(c.out, &text);
    return text;
}
