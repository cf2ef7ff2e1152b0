/* plan_inputs.c - visits what the stages of a plan are made from. */
#include "base/alloc.h"
#include "base/auto.h"
#include "base/doc.h"
#include "model/plan.h"

static void visit_operation(const struct cog_plan_operation *op, size_t stage,
                            const char *pointer, cog_plan_visit *visit, void *context)
{
    if (op->kind == COG_OP_COPY) {
        auto_free char *path = cog_pointer_member(pointer, "from");
        visit(context, &op->copy.from, stage, path);
    }
    for (size_t i = 0; op->kind == COG_OP_EXEC && i < op->exec.mount_count; i++) {
        auto_free char *path = cog_printf("%s/mounts/%zu/from", pointer, i);
        if (op->exec.mounts[i].from.kind != COG_INPUT_SCRATCH)
            visit(context, &op->exec.mounts[i].from, stage, path);
    }
}

void cog_plan_stage_inputs(const struct cog_plan *plan, size_t stage, cog_plan_visit *visit,
                           void *context)
{
    const struct cog_plan_stage *s = &plan->stages[stage];
    auto_free char *source = cog_printf("/stages/%zu/source", stage);

    visit(context, &s->source, stage, source);
    for (size_t i = 0; i < s->operation_count; i++) {
        auto_free char *pointer = cog_printf("/stages/%zu/operations/%zu", stage, i);
        visit_operation(&s->operations[i], stage, pointer, visit, context);
    }
}

void cog_plan_inputs(const struct cog_plan *plan, cog_plan_visit *visit, void *context)
{
    for (size_t i = 0; i < plan->stage_count; i++)
        cog_plan_stage_inputs(plan, i, visit, context);
}
