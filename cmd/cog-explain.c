/* cog-explain.c - tells people what a plan does and why, or what it does otherwise. */
#include <string.h>

#include "base/auto.h"
#include "base/doc.h"
#include "cli/program.h"
#include "plan/explain.h"

struct request {
    const char *key, *old;
};

static const struct cog_option options[] = {
    {'d', "diff", "OLD", "tell what differs from the plan in the file OLD", COG_OPTION_TEXT,
     offsetof(struct request, old)},
    {0},
};

static int option(void *state, int letter, const char *value, struct cog_diags *diags)
{
    struct request *request = state;

    (void)letter;
    if (request->key)
        return cog_report(diags, COG_ERROR, (struct cog_pos){0}, "usage.operand",
                          "only one key can be explained");
    request->key = value;
    return 0;
}

static const char *contradiction(const void *state)
{
    const struct request *request = state;

    return request->key && request->old ? "a key and --diff cannot be used together" : NULL;
}

static char *changes(const struct cog_plan *plan, const char *path, struct cog_diags *diags)
{
    struct cog_plan old;
    size_t size;
    auto_free char *text = cog_read_operand(path, COG_DOC_MAX_BYTES, &size, diags);
    json_auto_t *doc = text ? cog_doc_parse(text, size, path, diags) : NULL;

    if (!doc || cog_doc_expect(doc, "cog/plan-1", path, diags) < 0 ||
        cog_plan_load(&old, doc, diags) < 0)
        return NULL;
    char *told = cog_explain_changes(&old, plan);
    cog_plan_release(&old);
    return told;
}

static int run(void *state, const struct cog_input *in, struct cog_output *out,
               struct cog_diags *diags)
{
    const struct request *request = state;
    struct cog_plan plan;

    if (cog_plan_load(&plan, in->doc, diags) < 0)
        return -1;
    out->bytes = request->old ? changes(&plan, request->old, diags)
                              : cog_explain(&plan, request->key, diags);
    out->size = out->bytes ? strlen(out->bytes) : 0;
    cog_plan_release(&plan);
    return out->bytes ? 0 : -1;
}

int main(int argc, char **argv)
{
    static const struct cog_program program = {
        .name = "cog-explain",
        .purpose = "Tells what a build plan does and why, or what it does otherwise.",
        .read = "cog/plan-1",
        .operands = "[KEY]",
        .options = options,
        .option = option,
        .contradiction = contradiction,
        .run = run,
    };
    struct request request = {0};
    return cog_main(&program, &request, argc, argv);
}
