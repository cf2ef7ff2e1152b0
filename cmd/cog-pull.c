/* cog-pull.c - fetches an image from its registry into an engine. */
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/exit.h"
#include "cli/program.h"
#include "submit/progress.h"
#include "submit/transfer.h"

enum { PROGRESS = 256, REGISTRY };

static const struct cog_option options[] = {
    {0, "builder", "URL", "the engine: unix://PATH, tcp://HOST:PORT or docker",
     COG_OPTION_TEXT, offsetof(struct cog_pull, builder)},
    {0, "missing", NULL, "only where the engine does not have it", COG_OPTION_FLAG,
     offsetof(struct cog_pull, missing)},
    {PROGRESS, "progress", "MODE", "auto (default), tty, plain, rawjson or quiet"},
    {REGISTRY, "registry", "HOST", "the registry, where IMAGE names none"},
    {0},
};

static const struct cog_pos nowhere = {0};

static int option(void *state, int letter, const char *value, struct cog_diags *diags)
{
    struct cog_pull *r = state;

    if (letter == REGISTRY)
        (void)setenv("COG_REGISTRY_HOST", value, 1);
    if (letter == PROGRESS && (r->progress = cog_submit_progress_mode(value)) < 0)
        return cog_report(diags, COG_ERROR, nowhere, "usage.option",
                          "--progress takes auto, tty, plain, rawjson or quiet, not \"%s\"",
                          value);
    if (letter == 0 && r->image)
        return cog_report(diags, COG_ERROR, nowhere, "usage.operand",
                          "one image at a time, not \"%s\" as well", value);
    if (letter == 0)
        r->image = value;
    return 0;
}

static int run(void *state, const struct cog_input *in, struct cog_output *out,
               struct cog_diags *diags)
{
    const struct cog_pull *r = state;
    auto_free char *name = NULL, *digest = NULL;

    (void)in;
    (void)out;
    if (!r->image) {
        cog_report(diags, COG_ERROR, nowhere, "usage.operand",
                   "which image? such as: cog pull registry.example.com/team/model");
        return COG_EXIT_USAGE;
    }
    int result = cog_pull_run(r, &name, &digest, diags);
    if (result == 0 && name) {
        auto_free char *told = cog_printf("cog: Image pulled as %s%s%s\n", name,
                                          digest ? ", " : "", digest ? digest : "");
        cog_diags_text(diags, told, strlen(told));
    }
    return result;
}

int main(int argc, char **argv)
{
    static const struct cog_program program = {
        .name = "cog-pull",
        .purpose = "Fetches an image from its registry into the engine.",
        .operands = "IMAGE",
        .options = options,
        .option = option,
        .run = run,
    };
    struct cog_pull request = {.progress = cog_submit_progress_mode("auto")};

    return cog_main(&program, &request, argc, argv);
}
