/* cog-plan.c - turns a project description into a build plan. */
#include "base/auto.h"
#include "base/exit.h"
#include "blocks/blocks.h"
#include "cli/environment.h"
#include "cli/program.h"
#include "model/project.h"
#include "schema/schema.h"
#include "versions/resolution.h"

struct request {
    const char *data, *catalog, *sdk;
    struct cog_base base;
    const struct cog_stack *stack;
    bool wheelhouse, ca_in_image, environment, schema;
};

enum { BASE = 256, STACK };

static const struct cog_option options[] = {
    {BASE, "base", "IMAGE", "begin with this image; IMAGE,python=3.11 says what it has"},
    {0, "ca-in-image", NULL, "have the image trust the context ca-certificates",
     COG_OPTION_FLAG, offsetof(struct request, ca_in_image)},
    {0, "catalog", "FILE", "choose among the base images of this table (COG_CATALOG)",
     COG_OPTION_TEXT, offsetof(struct request, catalog)},
    {'d', "data", "DIR", "go by the tables of versions in this folder (COG_DATA_DIR)",
     COG_OPTION_TEXT, offsetof(struct request, data)},
    {0, "environment", NULL, "leave out the project's files and its model", COG_OPTION_FLAG,
     offsetof(struct request, environment)},
    {0, "schema", NULL, "take the model's OpenAPI document from the context schema",
     COG_OPTION_FLAG, offsetof(struct request, schema)},
    {STACK, "stack", "NAME", "plan for this kind of project: custom or python (default)"},
    {0, "wheelhouse", NULL, "take packages from the context wheelhouse alone",
     COG_OPTION_FLAG, offsetof(struct request, wheelhouse)},
    {0, "sdk", "SDK", "the cog package: dist, pypi, pypi:VERSION, a wheel's path or URL",
     COG_OPTION_TEXT, offsetof(struct request, sdk)},
    {0},
};

static int set_stack(struct request *request, const char *name, struct cog_diags *diags)
{
    request->stack = cog_stack_find(name);
    if (request->stack)
        return 0;
    auto_free char *names = cog_stack_names();
    return cog_report(diags, COG_ERROR, (struct cog_pos){0}, "usage.option",
                      "unknown stack \"%s\"; there are: %s", name, names);
}

static int option(void *state, int letter, const char *value, struct cog_diags *diags)
{
    struct request *request = state;

    if (letter == STACK)
        return set_stack(request, value, diags);
    cog_base_release(&request->base);
    return cog_base_parse(&request->base, value, diags);
}

static json_t *plan(const struct request *request, struct cog_project *project,
                    const struct cog_tables *data, struct cog_diags *diags)
{
    const struct cog_stack *stack = request->stack;
    const struct cog_base *base = request->base.image ? &request->base : NULL;
    struct cog_resolution resolution = {0};
    int result =
        stack->frameworks ? cog_resolve(&resolution, project, base, data, diags) : 0;

    project->resolution = &resolution;
    json_t *doc = cog_stack_plan(stack, project, diags);
    project->resolution = NULL;
    cog_resolution_release(&resolution);
    if (result == 0)
        return doc;
    json_decref(doc);
    return NULL;
}

/* What only the stack python takes. */
static int check_options(const struct request *request, struct cog_diags *diags)
{
    const struct cog_base *base = &request->base;
    const char *foreign = NULL;

    if (base->build || base->python || base->cuda || base->cudnn || base->apt)
        foreign = "what --base says of the image";
    if (request->catalog)
        foreign = "--catalog";
    if (request->wheelhouse)
        foreign = "--wheelhouse";
    if (request->schema)
        foreign = "--schema";
    if (!foreign || request->stack->frameworks)
        return 0;
    return cog_report(diags, COG_ERROR, (struct cog_pos){0}, "usage.option",
                      "%s is for the stack python", foreign);
}

static int run(void *state, const struct cog_input *in, struct cog_output *out,
               struct cog_diags *diags)
{
    const struct request *request = state;
    struct cog_project project;
    struct cog_tables data;

    if (check_options(request, diags) < 0)
        return COG_EXIT_USAGE;
    if (cog_schema_check_doc(in->doc, diags) < 0)
        return -1;
    if (cog_tables_load(&data, cog_environment_data_dir(request->data),
                        cog_environment_catalog(request->catalog), diags) == 0) {
        cog_project_load(&project, in->doc);
        project.base = request->base.image;
        project.wheelhouse = request->wheelhouse;
        project.sdk = request->sdk;
        project.ca_in_image = request->ca_in_image;
        project.given_schema = request->schema;
        project.environment = request->environment;
        out->doc = plan(request, &project, &data, diags);
        cog_project_release(&project);
    }
    cog_tables_release(&data);
    return out->doc ? 0 : -1;
}

int main(int argc, char **argv)
{
    static const struct cog_program program = {
        .name = "cog-plan",
        .purpose = "Turns a project description into a build plan.",
        .read = "cog/project-1",
        .write = "cog/plan-1",
        .options = options,
        .option = option,
        .run = run,
    };
    struct request request = {.stack = cog_stack_find("python")};
    int status = cog_main(&program, &request, argc, argv);
    cog_base_release(&request.base);
    return status;
}
