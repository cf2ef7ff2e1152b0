/* cog-exec.c - runs a command in a container of an image, in the foreground. */
#include <string.h>

#include "base/auto.h"
#include "base/exit.h"
#include "cli/builder.h"
#include "cli/program.h"
#include "docker/image.h"
#include "exec/foreground.h"
#include "exec/source.h"
#include "predict/container_options.h"

struct request {
    const char *source, *files;
    bool check;
    struct cog_container_options container;
    struct cog_foreground foreground;
};

static const struct cog_option options[] = {
    {0, "image", "NAME", "the image", COG_OPTION_TEXT,
     offsetof(struct request, container.image)},
    {'i', "interactive", NULL, "let the command have standard input, or the terminal",
     COG_OPTION_FLAG, offsetof(struct request, foreground.interactive)},
    {0, "source", "DIR", "have this folder at /src, and begin there", COG_OPTION_TEXT,
     offsetof(struct request, source)},
    {0, "files", "HOW", "mount or copy that (default: by where the engine is)",
     COG_OPTION_TEXT, offsetof(struct request, files)},
    {'w', "workdir", "DIR", "begin in this folder of the container", COG_OPTION_TEXT,
     offsetof(struct request, foreground.workdir)},
    {'p', "publish", "PORT", "or HOST:PORT, HOST:PORT:CONTAINER: make a port reachable"},
    {'e', "env", "NAME=VALUE", "a variable; NAME alone: as it is here"},
    {COG_CONTAINER_GPUS, "gpus", "GPUS", "all, a number or device=ID,ID"},
    {COG_CONTAINER_MOUNT, "mount", "SPEC", "mount a folder: src=DIR,dst=/DIR[,readonly]"},
    {COG_CONTAINER_SHM_SIZE, "shm-size", "SIZE", "of /dev/shm, such as 512m (default: 6g)"},
    {COG_CONTAINER_ADD_HOST, "add-host", "NAME:ADDRESS", "a name that it knows"},
    {0, "trusted", NULL, "leave it the privileges docker run gives", COG_OPTION_FLAG,
     offsetof(struct request, container.trusted)},
    {0, "watch", "DIR", "start again when a Python file below DIR changes", COG_OPTION_TEXT,
     offsetof(struct request, foreground.watch)},
    {0, "builder", "URL", "the engine: unix://PATH, tcp://HOST:PORT or docker",
     COG_OPTION_TEXT, offsetof(struct request, container.builder)},
    {0, "check", NULL, "only look whether the options are right", COG_OPTION_FLAG,
     offsetof(struct request, check)},
    {0},
};

static int option(void *state, int letter, const char *value, struct cog_diags *diags)
{
    struct request *r = state;

    if (letter == 0 && json_array_append_new(r->foreground.command, json_string(value)) < 0)
        return cog_report(diags, COG_ERROR, (struct cog_pos){0}, "usage.operand",
                          "a word of the command is not UTF-8");
    if (letter == 'p')
        return cog_foreground_publish(r->foreground.ports, value, diags);
    return cog_container_option(&r->container, letter, value, diags);
}

static const char *contradiction(const void *state)
{
    const struct request *r = state;

    if (!r->container.image)
        return "--image is needed";
    return !r->files || strcmp(r->files, "copy") == 0 || strcmp(r->files, "mount") == 0
               ? NULL
               : "--files is copy or mount";
}

/* The ports are this machine's. */
static int run_remote(struct request *r, struct cog_diags *diags)
{
    struct cog_port_forwards forwards = {0};

    r->foreground.forwards = &forwards;
    int result = cog_port_forwards_listen(&forwards, r->foreground.ports, diags);
    if (result == 0)
        result = cog_foreground_run(&r->foreground, diags);
    cog_port_forwards_release(&forwards);
    return result;
}

static int execute(struct request *r, const struct cog_engine *engine,
                   struct cog_diags *diags)
{
    json_auto_t *inspect = NULL;
    struct cog_source source = {0};

    if (cog_engine_image_needed(engine, r->container.image, &inspect, diags) < 0)
        return -1;
    if (r->source && !r->foreground.workdir)
        r->foreground.workdir = "/src";
    int result =
        cog_source_place(&source, r->source, r->files, engine, r->container.mounts, diags);
    r->foreground.source = source.folder ? &source : NULL;
    r->foreground.engine = engine;
    r->foreground.wanted = cog_container_options_wanted(&r->container, inspect, diags);
    if (result == 0)
        result = engine->endpoint->remote ? run_remote(r, diags)
                                          : cog_foreground_run(&r->foreground, diags);
    cog_source_release(&source);
    return result;
}

static int run(void *state, const struct cog_input *in, struct cog_output *out,
               struct cog_diags *diags)
{
    struct request *r = state;
    struct cog_builder builder;
    struct cog_endpoint endpoint = {0};

    (void)in;
    (void)out;
    if (r->check)
        return 0;
    struct cog_http *http = cog_http_new();
    const struct cog_engine engine = {http, &endpoint, COG_FAILURE};
    int result = cog_builder_choose_engine(&builder, r->container.builder, diags);
    if (result == 0)
        result = cog_builder_endpoint(&builder, &endpoint, diags);
    if (result == 0)
        result = execute(r, &engine, diags);
    cog_endpoint_release(&endpoint);
    cog_builder_release(&builder);
    cog_http_free(http);
    return result;
}

int main(int argc, char **argv)
{
    static const struct cog_program program = {
        .name = "cog-exec",
        .purpose = "Runs a command in a container of an image, in the foreground.",
        .operands = "[COMMAND ARG...]",
        .command = true,
        .options = options,
        .option = option,
        .contradiction = contradiction,
        .run = run,
    };
    struct request request = {
        .container = cog_container_options(),
        .foreground = {.command = json_array(), .ports = json_object()}};
    int status = cog_main(&program, &request, argc, argv);
    cog_container_options_release(&request.container);
    json_decref(request.foreground.command);
    json_decref(request.foreground.ports);
    return status;
}
