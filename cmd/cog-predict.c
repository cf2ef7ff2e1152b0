/* cog-predict.c - runs predictions in a container of an image or on a running server. */
#include "base/auto.h"
#include "base/exit.h"
#include "cli/environment.h"
#include "cli/program.h"
#include "predict/batch.h"
#include "predict/container.h"
#include "submit/certificates.h"

struct request {
    const char *url, *schema, *json;
    bool check;
    long jobs; /* 0: not given */
    struct cog_container_options container;
    struct cog_batch batch;
};

enum { SETUP = 256, TIMEOUT, TOKEN };
enum { WEEK = 604800 }; /* in seconds */

static const struct cog_option options[] = {
    {0, "image", "NAME", "start a container of this image", COG_OPTION_TEXT,
     offsetof(struct request, container.image)},
    {0, "url", "URL", "use the server that runs there", COG_OPTION_TEXT,
     offsetof(struct request, url)},
    {'i', "input", "NAME=VALUE", "an input; @FILE is a file, a repeated name an array"},
    {0, "json", "TEXT", "all inputs as JSON, or @FILE, or - for stdin", COG_OPTION_TEXT,
     offsetof(struct request, json)},
    {'e', "env", "NAME=VALUE", "an environment variable of the container"},
    {COG_CONTAINER_ADD_HOST, "add-host", "NAME:ADDRESS", "a name that it knows"},
    {COG_CONTAINER_GPUS, "gpus", "GPUS", "its GPUs: all, a number or device=ID,ID"},
    {COG_CONTAINER_MOUNT, "mount", "SPEC", "a folder in it: src=DIR,dst=/DIR[,readonly]"},
    {COG_CONTAINER_SHM_SIZE, "shm-size", "SIZE", "of /dev/shm, such as 512m (default: 6g)"},
    {0, "trusted", NULL, "give it the privileges of docker run", COG_OPTION_FLAG,
     offsetof(struct request, container.trusted)},
    {0, "schema", "FILE", "the model's OpenAPI document (default: the image's)",
     COG_OPTION_TEXT, offsetof(struct request, schema)},
    {0, "check", NULL, "only check the inputs against --schema", COG_OPTION_FLAG,
     offsetof(struct request, check)},
    {0, "output-only", NULL, "print the output for people, write its files",
     COG_OPTION_FLAG, offsetof(struct request, batch.output_only)},
    {'o', "output", "FILE", "likewise, to this file", COG_OPTION_TEXT,
     offsetof(struct request, batch.output_file)},
    {0, "progress", NULL, "show the logs of the model", COG_OPTION_FLAG,
     offsetof(struct request, container.progress)},
    {'j', "jobs", "N", "predictions at once, for requests on stdin (default: 1)"},
    {0, "resume", NULL, "go on where stdout, a file that is appended to, ends",
     COG_OPTION_FLAG, offsetof(struct request, batch.resume)},
    {0, "whole", NULL, "print the whole prediction, indented, also with -o",
     COG_OPTION_FLAG, offsetof(struct request, batch.whole)},
    {0, "train", NULL, "run trainings instead", COG_OPTION_FLAG,
     offsetof(struct request, batch.training)},
    {TOKEN, "use-replicate-token", NULL, "hand on REPLICATE_API_TOKEN in the context"},
    {0, "stream", NULL, "print the events of a prediction, one a line", COG_OPTION_FLAG,
     offsetof(struct request, batch.stream)},
    {TIMEOUT, "timeout", "SECONDS", "how long a prediction may take (default: no limit)"},
    {SETUP, "setup-timeout", "SECONDS", "how long setup may take (default: 300)"},
    {0, "builder", "URL", "the engine, such as tcp://HOST:PORT, or docker", COG_OPTION_TEXT,
     offsetof(struct request, container.builder)},
    {0},
};

static int option(void *state, int letter, const char *value, struct cog_diags *diags)
{
    struct request *r = state;

    if (letter == 'i')
        return cog_requests_add_text(&r->batch.requests, value, diags);
    if (letter == SETUP)
        return cog_option_number("--setup-timeout", value, WEEK, &r->batch.setup_seconds,
                                 diags);
    if (letter == TOKEN)
        return cog_environment_token(&r->batch.context, diags);
    if (letter == TIMEOUT)
        return cog_option_number("--timeout", value, WEEK, &r->batch.seconds, diags);
    if (letter == 'j')
        return cog_option_number("--jobs", value, 1000, &r->jobs, diags);
    return cog_container_option(&r->container, letter, value, diags);
}

/* What is wrong with the options taken together, or NULL. */
static const char *contradiction(const void *state)
{
    const struct request *r = state;

    if (r->check && !r->schema)
        return "--check needs --schema";
    if (!r->check && !r->container.image == !r->url)
        return "either --image or --url is needed";
    if (r->json && r->batch.requests.texts)
        return "--json and --input exclude each other";
    if ((r->jobs || r->batch.resume) &&
        (r->json || r->batch.requests.texts || r->check || r->batch.output_only ||
         r->batch.whole || r->batch.output_file || r->batch.stream))
        return "--jobs and --resume are for requests on standard input";
    return NULL;
}

static int run(void *state, const struct cog_input *in, struct cog_output *out,
               struct cog_diags *diags)
{
    struct request *r = state;

    (void)in, (void)out; /* predictions are written as they come */
    r->batch.output_only |= r->batch.whole || r->batch.output_file;
    r->batch.filter.at_once = (size_t)r->jobs;
    r->batch.filter.bar = !r->container.progress && cog_environment_draws();
    int result = cog_batch_gather(&r->batch, r->json, r->schema, r->check, diags);
    if (result == 0)
        result = cog_batch_check(&r->batch, diags);
    if (result != 0 || r->check)
        return result;
    auto_free char *authorities = NULL;
    if (r->url && cog_certificates_load(&authorities, diags) < 0)
        return -1;
    struct cog_http *http = cog_http_new();
    const struct cog_server server = {.http = http,
                                      .url = r->url,
                                      .ca_text = authorities,
                                      .training = r->batch.training,
                                      .show_logs = r->container.progress,
                                      .timeout_ms = r->batch.seconds * 1000};
    cog_http_watch_signals(http);
    result = r->url ? cog_batch_run(&r->batch, &server, diags)
                    : cog_container_batch(&r->container, &r->batch, http, diags);
    if (cog_http_interrupted(http))
        result = COG_EXIT_INTERRUPTED;
    cog_http_free(http);
    return result == COG_SERVER_SILENT ? -1 : result;
}

int main(int argc, char **argv)
{
    static const struct cog_program program = {
        .name = "cog-predict",
        .purpose = "Runs predictions in a container of an image or on a running server.",
        .write = "a prediction a line",
        .options = options,
        .option = option,
        .contradiction = contradiction,
        .run = run,
    };
    struct request request = {.container = cog_container_options()};
    int status = cog_main(&program, &request, argc, argv);
    cog_container_options_release(&request.container);
    cog_batch_release(&request.batch);
    return status;
}
