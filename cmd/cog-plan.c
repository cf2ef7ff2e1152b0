/* cog-plan.c - turns a project description into a build plan. */
#include "blocks/blocks.h"
#include "cli/program.h"
#include "model/project.h"
#include "schema/schema.h"

static int run(void *state, const struct cog_input *in, struct cog_output *out,
               struct cog_diags *diags)
{
    struct cog_project project;

    (void)state;
    if (cog_schema_check_doc(in->doc, diags) < 0)
        return -1;
    cog_project_load(&project, in->doc);
    out->doc = cog_stack_plan(cog_stack_python, &project, diags);
    cog_project_release(&project);
    return out->doc ? 0 : -1;
}

int main(int argc, char **argv)
{
    static const struct cog_program program = {
        .name = "cog-plan",
        .purpose = "Turns a project description into a build plan.",
        .read = "cog/project-1",
        .write = "cog/plan-1",
        .run = run,
    };
    return cog_main(&program, NULL, argc, argv);
}
