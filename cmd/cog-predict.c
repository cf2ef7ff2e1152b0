/* cog-predict.c - runs predictions in a container of an image or on a running server. */
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>

#include "base/auto.h"
#include "base/doc.h"
#include "base/exit.h"
#include "cli/program.h"
#include "docker/container.h"
#include "docker/image.h"
#include "environment.h"
#include "predict/batch.h"

struct request {
    const char *image, *url, *builder, *schema, *json;
    bool check, progress;
    long setup_seconds;
    json_t *environment; /* array of "NAME=VALUE" */
    struct cog_batch batch;
};

enum { IMAGE = 256, URL, JSON, SCHEMA, CHECK, OUTPUT_ONLY, PROGRESS, SETUP, BUILDER };

static const struct cog_option options[] = {
    {IMAGE, "image", "NAME", "start a container of this image"},
    {URL, "url", "URL", "use the server that runs there"},
    {'i', "input", "NAME=VALUE", "an input; @FILE is a file, a repeated name an array"},
    {JSON, "json", "TEXT", "all inputs as JSON, or @FILE, or - for stdin"},
    {'e', "env", "NAME=VALUE", "an environment variable of the container"},
    {SCHEMA, "schema", "FILE", "the model's OpenAPI document (default: the image's)"},
    {CHECK, "check", NULL, "only check the inputs against --schema"},
    {OUTPUT_ONLY, "output-only", NULL, "print the output for people, write its files"},
    {'o', "output", "FILE", "likewise, to this file"},
    {PROGRESS, "progress", NULL, "show the logs of the model"},
    {SETUP, "setup-timeout", "SECONDS", "how long setup may take (default: 300)"},
    {BUILDER, "builder", "URL", "the engine: unix://PATH, tcp://HOST:PORT or docker"},
    {0},
};

static const struct cog_pos nowhere = {0};
static const char schema_label[] = "run.cog.openapi_schema";

static int option(void *state, int letter, const char *value, struct cog_diags *diags)
{
    struct request *r = state;
    const char **texts[] = {[IMAGE - IMAGE] = &r->image,
                            [URL - IMAGE] = &r->url,
                            [JSON - IMAGE] = &r->json,
                            [SCHEMA - IMAGE] = &r->schema,
                            [BUILDER - IMAGE] = &r->builder};

    if (letter == 'i')
        return cog_requests_add_text(&r->batch.requests, value, diags);
    if (letter == 'e')
        return json_array_append_new(r->environment, json_string(value));
    if (letter == 'o')
        r->batch.output_file = value;
    else if (letter == SETUP)
        r->setup_seconds = strtol(value, NULL, 10);
    else if (value)
        *texts[letter - IMAGE] = value;
    r->check |= letter == CHECK;
    r->progress |= letter == PROGRESS;
    r->batch.output_only |= letter == OUTPUT_ONLY || letter == 'o';
    return 0;
}

/* What is wrong with the options taken together, or NULL. */
static const char *contradiction(const struct request *r)
{
    if (r->check && !r->schema)
        return "--check needs --schema";
    if (!r->check && !r->image == !r->url)
        return "either --image or --url is needed";
    if (r->json && r->batch.requests.texts)
        return "--json and --input exclude each other";
    return r->setup_seconds > 0 ? NULL : "--setup-timeout takes a number of seconds";
}

/* Gets the requests, and the model's document if a file has it. 0, -1 or an exit status. */
static int gather(struct request *r, struct cog_diags *diags)
{
    int result = 0;
    size_t size;

    if (r->json)
        result = cog_requests_add_json(&r->batch.requests, r->json, diags);
    else if (!r->batch.requests.texts)
        result = cog_requests_read(&r->batch.requests, diags);
    if (result != 0 || !r->schema)
        return result;
    auto_free char *text = cog_read_file(r->schema, COG_DOC_MAX_BYTES, &size, diags);
    return text ? cog_batch_set_openapi(&r->batch, text, size, r->schema, diags) : -1;
}

/* From now on these signals are read from the descriptor that is returned. */
static int watch_signals(void)
{
    sigset_t set;

    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGINT);
    (void)sigaddset(&set, SIGTERM);
    (void)sigaddset(&set, SIGHUP);
    (void)sigprocmask(SIG_BLOCK, &set, NULL);
    return signalfd(-1, &set, SFD_CLOEXEC);
}

/* Returns a cog_server_result. The container is removed whatever happened. */
static int run_on_image(struct request *r, const struct cog_engine *engine,
                        struct cog_diags *diags)
{
    struct cog_container container = {0};
    struct cog_log log = {.live = r->progress ? diags : NULL};
    auto_free char *label = NULL;

    int result = cog_engine_label(engine, r->image, schema_label, &label, diags);
    if (result == 0 && label && !r->batch.openapi)
        result =
            cog_batch_set_openapi(&r->batch, label, strlen(label), schema_label, diags);
    if (result == 0)
        result = cog_batch_check(&r->batch, diags);
    if (result == 0)
        result =
            cog_container_start(&container, engine, r->image, r->environment, &log, diags);
    if (result == 0) {
        const struct cog_server server = {
            .http = engine->http, .url = container.url, .attached = true};
        result = cog_batch_run(&r->batch, &server, r->setup_seconds, diags);
    }
    (void)cog_http_interrupt(engine->http, -1);
    cog_container_remove(&container, engine, diags);
    if (result == COG_SERVER_SILENT)
        cog_log_show_tail(&log, diags);
    return result;
}

static int run_on_engine(struct request *r, struct cog_http *http, struct cog_diags *diags)
{
    auto_free char *config_dir = environment_docker_config();
    struct cog_endpoint_choice choice = environment_endpoint(r->builder, config_dir);
    struct cog_endpoint endpoint;
    struct cog_engine engine = {http, &endpoint, COG_FAILURE};

    int result = cog_endpoint_choose(&endpoint, &choice, diags);
    if (result == 0)
        result = run_on_image(r, &engine, diags);
    cog_endpoint_release(&endpoint);
    return result;
}

static int run(void *state, const struct cog_input *in, struct cog_output *out,
               struct cog_diags *diags)
{
    struct request *r = state;
    const char *wrong = contradiction(r);

    (void)in;
    (void)out; /* predictions are written as they come */
    if (wrong)
        return cog_report(diags, COG_ERROR, nowhere, "usage.option", "%s", wrong),
               COG_EXIT_USAGE;
    int result = gather(r, diags);
    if (result == 0)
        result = cog_batch_check(&r->batch, diags);
    if (result != 0 || r->check)
        return result;
    struct cog_http *http = cog_http_new();
    struct cog_server server = {.http = http,
                                .url = r->url,
                                .show_logs = r->progress,
                                .ca_file = environment_ca_file()};
    struct pollfd signals = {.fd = watch_signals(), .events = POLLIN};
    (void)cog_http_interrupt(http, signals.fd);
    result = r->url ? cog_batch_run(&r->batch, &server, r->setup_seconds, diags)
                    : run_on_engine(r, http, diags);
    cog_http_free(http);
    return poll(&signals, 1, 0) > 0 ? COG_EXIT_INTERRUPTED : result == 0 ? 0 : -1;
}

int main(int argc, char **argv)
{
    static const struct cog_program program = {
        .name = "cog-predict",
        .purpose = "Runs predictions in a container of an image or on a running server.",
        .write = "a prediction a line",
        .options = options,
        .option = option,
        .run = run,
    };
    struct request request = {.setup_seconds = 300, .environment = json_array()};
    int status = cog_main(&program, &request, argc, argv);
    json_decref(request.environment);
    cog_batch_release(&request.batch);
    return status;
}
