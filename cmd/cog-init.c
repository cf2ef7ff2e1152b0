/* cog-init.c - writes a cog.yaml for a project without one. */
#include <string.h>

#include "cli/program.h"
#include "detect/first_config.h"
#include "schema/schema.h"

struct request {
    const char *root;
};

static const struct cog_option options[] = {
    {'C', "directory", "DIR", "the project's folder (default: the current one)",
     COG_OPTION_TEXT, offsetof(struct request, root)},
    {0},
};

static int run(void *state, const struct cog_input *in, struct cog_output *out,
               struct cog_diags *diags)
{
    const struct request *request = state;
    struct cog_project project;

    if (cog_schema_check_doc(in->doc, diags) < 0)
        return -1;
    cog_project_load(&project, in->doc);
    out->bytes = cog_first_config(&project, request->root, diags);
    out->size = out->bytes ? strlen(out->bytes) : 0;
    cog_project_release(&project);
    return out->bytes ? 0 : -1;
}

int main(int argc, char **argv)
{
    static const struct cog_program program = {
        .name = "cog-init",
        .purpose = "Writes a cog.yaml for a project without one.",
        .read = "cog/project-1",
        .options = options,
        .run = run,
    };
    struct request request = {.root = "."};
    return cog_main(&program, &request, argc, argv);
}
