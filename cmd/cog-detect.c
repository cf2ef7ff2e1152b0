/* cog-detect.c - adds the facts of the project folder to what cog.yaml says. */
#include "cli/program.h"
#include "detect/detect.h"
#include "model/config.h"
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
    struct cog_config config;

    if (cog_schema_check_doc(in->doc, diags) < 0)
        return -1;
    cog_config_load(&config, in->doc);
    out->doc = cog_detect(&config, request->root, diags);
    cog_config_release(&config);
    return out->doc ? 0 : -1;
}

int main(int argc, char **argv)
{
    static const struct cog_program program = {
        .name = "cog-detect",
        .purpose = "Adds the facts of the project's folder to what cog.yaml says.",
        .read = "cog/config-1",
        .write = "cog/project-1",
        .options = options,
        .run = run,
    };
    struct request request = {.root = "."};
    return cog_main(&program, &request, argc, argv);
}
