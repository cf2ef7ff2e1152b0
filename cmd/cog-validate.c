/* cog-validate.c - checks a document of cog's and passes it on unchanged. */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "cli/program.h"
#include "model/plan.h"
#include "plan/validate.h"
#include "schema/schema.h"

struct request {
    const char *schema; /* to print, or NULL */
};

static const struct cog_option options[] = {
    {'s', "schema", "NAME", "print a schema, such as plan-1, and exit"},
    {0},
};

static int option(void *state, int letter, const char *value, struct cog_diags *diags)
{
    (void)letter;
    (void)diags;
    ((struct request *)state)->schema = value;
    return 0;
}

static int check_plan(json_t *doc, struct cog_diags *diags)
{
    struct cog_plan plan;

    if (cog_plan_load(&plan, doc, diags) < 0)
        return -1;
    int result = cog_plan_validate(&plan, diags);
    cog_plan_release(&plan);
    return result;
}

static bool reads(const void *state)
{
    return !((const struct request *)state)->schema;
}

static int print_schema(const char *name, struct cog_output *out, struct cog_diags *diags)
{
    auto_free char *file = cog_printf("%s.json", name);
    const char *text = cog_schema_text(file);

    if (!text)
        return cog_report(diags, COG_ERROR, (struct cog_pos){0}, "schema.name",
                          "there is no schema \"%s\"; try plan-1 or cog-yaml-1", name);
    out->bytes = cog_strdup(text);
    out->size = strlen(text);
    return 0;
}

static int run(void *state, const struct cog_input *in, struct cog_output *out,
               struct cog_diags *diags)
{
    const struct request *request = state;
    const char *schema = json_string_value(json_object_get(in->doc, "schema"));
    bool plan = schema && strcmp(schema, "cog/plan-1") == 0;

    if (request->schema)
        return print_schema(request->schema, out, diags);
    if ((plan ? check_plan(in->doc, diags) : cog_schema_check_doc(in->doc, diags)) < 0)
        return -1;
    out->bytes = cog_alloc(in->size + 1);
    memcpy(out->bytes, in->bytes, in->size);
    out->size = in->size;
    return 0;
}

int main(int argc, char **argv)
{
    static const struct cog_program program = {
        .name = "cog-validate",
        .purpose = "Checks a document of cog's and passes it on unchanged.",
        .read = "",
        .write = "the same bytes",
        .options = options,
        .option = option,
        .reads = reads,
        .run = run,
    };
    struct request request = {0};
    return cog_main(&program, &request, argc, argv);
}
