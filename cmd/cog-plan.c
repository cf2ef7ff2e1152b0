/* cog-plan.c - turns a project description into a build plan. */
#include "blocks/blocks.h"
#include "cli/environment.h"
#include "cli/program.h"
#include "model/project.h"
#include "resolve/resolution.h"
#include "schema/schema.h"

struct request {
    const char *data;
    bool wheelhouse;
};

enum { WHEELHOUSE = 256 };

static const struct cog_option options[] = {
    {'d', "data", "DIR", "go by the tables of versions in this folder (COG_DATA_DIR)"},
    {WHEELHOUSE, "wheelhouse", NULL,
     "take packages from the context wheelhouse, not an index"},
    {0},
};

static int option(void *state, int letter, const char *value, struct cog_diags *diags)
{
    struct request *request = state;

    (void)diags;
    if (letter == WHEELHOUSE)
        request->wheelhouse = true;
    else
        request->data = value;
    return 0;
}

static json_t *plan(struct cog_project *project, const struct cog_data *data,
                    struct cog_diags *diags)
{
    struct cog_resolution resolution;
    int result = cog_resolve(&resolution, project, data, diags);

    project->resolution = &resolution;
    json_t *doc = cog_stack_plan(cog_stack_python, project, diags);
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

    if (cog_schema_check_doc(in->doc, diags) < 0)
        return -1;
    if (cog_data_load(&data, cog_environment_data_dir(request->data), diags) == 0) {
        cog_project_load(&project, in->doc);
        project.wheelhouse = request->wheelhouse;
        out->doc = plan(&project, &data, diags);
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
    struct request request = {0};
    return cog_main(&program, &request, argc, argv);
}
