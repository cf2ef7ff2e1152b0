/* cog-plan.c - turns a project description into a build plan. */
#include <stdio.h>

#include "base/auto.h"
#include "base/exit.h"
#include "base/text.h"
#include "blocks/blocks.h"
#include "cli/environment.h"
#include "cli/program.h"
#include "model/project.h"
#include "resolve/resolution.h"
#include "schema/schema.h"

struct request {
    const char *data, *base, *sdk;
    const struct cog_stack *stack;
    bool wheelhouse, ca_in_image;
};

enum { BASE = 256, CA_IN_IMAGE, SDK, STACK, WHEELHOUSE };

static const struct cog_option options[] = {
    {'d', "data", "DIR", "go by the tables of versions in this folder (COG_DATA_DIR)"},
    {BASE, "base", "IMAGE", "begin with this image"},
    {CA_IN_IMAGE, "ca-in-image", NULL, "have the image trust the context ca-certificates"},
    {STACK, "stack", "NAME", "plan for this kind of project: custom or python (default)"},
    {WHEELHOUSE, "wheelhouse", NULL,
     "take packages from the context wheelhouse, not an index"},
    {SDK, "sdk", "SDK", "the cog package: dist, pypi, pypi:VERSION, a wheel's path or URL"},
    {0},
};

static int set_stack(struct request *request, const char *name, struct cog_diags *diags)
{
    request->stack = cog_stack_find(name);
    if (request->stack)
        return 0;
    auto_free char *names = NULL;
    size_t size;
    FILE *out = cog_text_open(&names, &size);
    for (const struct cog_stack *stack = cog_stacks; stack->name; stack++)
        (void)fprintf(out, "%s%s", stack == cog_stacks ? "" : ", ", stack->name);
    cog_text_close(out, &names);
    return cog_report(diags, COG_ERROR, (struct cog_pos){0}, "usage.option",
                      "there is no stack \"%s\"; there are: %s", name, names);
}

static int option(void *state, int letter, const char *value, struct cog_diags *diags)
{
    struct request *request = state;

    if (letter == STACK)
        return set_stack(request, value, diags);
    request->ca_in_image |= letter == CA_IN_IMAGE;
    request->wheelhouse |= letter == WHEELHOUSE;
    if (letter == BASE)
        request->base = value;
    else if (letter == SDK)
        request->sdk = value;
    else if (letter == 'd')
        request->data = value;
    return 0;
}

static json_t *plan(const struct cog_stack *stack, struct cog_project *project,
                    const struct cog_data *data, struct cog_diags *diags)
{
    struct cog_resolution resolution = {0};
    int result = stack->frameworks ? cog_resolve(&resolution, project, data, diags) : 0;

    project->resolution = &resolution;
    json_t *doc = cog_stack_plan(stack, project, diags);
    project->resolution = NULL;
    cog_resolution_release(&resolution);
    if (result == 0)
        return doc;
    json_decref(doc);
    return NULL;
}

static int run(void *state, const struct cog_input *in, struct cog_output *out,
               struct cog_diags *diags)
{
    const struct request *request = state;
    struct cog_project project;
    struct cog_data data;

    if (request->wheelhouse && !request->stack->frameworks) {
        cog_report(diags, COG_ERROR, (struct cog_pos){0}, "usage.option",
                   "--wheelhouse is for the packages of the stack python");
        return COG_EXIT_USAGE;
    }
    if (cog_schema_check_doc(in->doc, diags) < 0)
        return -1;
    if (cog_data_load(&data, cog_environment_data_dir(request->data), diags) == 0) {
        cog_project_load(&project, in->doc);
        project.base = request->base;
        project.wheelhouse = request->wheelhouse;
        project.sdk = request->sdk;
        project.ca_in_image = request->ca_in_image;
        out->doc = plan(request->stack, &project, &data, diags);
        cog_project_release(&project);
    }
    cog_data_release(&data);
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
    return cog_main(&program, &request, argc, argv);
}
