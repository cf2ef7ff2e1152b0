/* cog-validate.c - checks a document of cog's and passes it on unchanged. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/doc.h"
#include "cli/program.h"
#include "plan/validate.h"
#include "schema/schema.h"

struct request {
    const char *schema;    /* to print, or NULL */
    const char **policies; /* names of files */
    size_t policy_count;
};

static const struct cog_option options[] = {
    {'p', "policy", "FILE", "also check against a schema of yours; repeatable"},
    {'s', "schema", "NAME", "print a schema, such as plan-1, and exit", COG_OPTION_TEXT,
     offsetof(struct request, schema)},
    {0},
};

static int option(void *state, int letter, const char *value, struct cog_diags *diags)
{
    struct request *request = state;

    (void)letter;
    (void)diags;
    request->policies =
        cog_realloc(request->policies, request->policy_count + 1, sizeof value);
    request->policies[request->policy_count++] = value;
    return 0;
}

static int check_policy(const char *file, const json_t *doc, struct cog_diags *diags)
{
    size_t size;
    auto_free char *text = cog_read_operand(file, COG_DOC_MAX_BYTES, &size, diags);
    json_t *json = text ? cog_doc_parse(text, size, file, diags) : NULL;
    json_auto_t *files = json_object();

    if (!json)
        return -1;
    json_object_set_new(files, file, json);
    struct cog_schema *policy = cog_schema_compile(files, diags);
    int result = policy ? cog_policy_check(policy, file, doc, diags) : -1;
    cog_schema_free(policy);
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
                          "unknown schema \"%s\"; try plan-1 or cog-yaml-1", name);
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
    int result =
        plan ? cog_plan_validate(in->doc, diags) : cog_schema_check_doc(in->doc, diags);
    for (size_t i = 0; i < request->policy_count; i++)
        result |= check_policy(request->policies[i], in->doc, diags);
    if (result < 0)
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
    int status = cog_main(&program, &request, argc, argv);
    free(request.policies);
    return status;
}
