/* container.c - predictions in a container of a model's image. */
#include "cli/container.h"

#include "base/auto.h"
#include "cli/environment.h"
#include "docker/container.h"
#include "docker/image.h"

/* The schema in the image's label, so that wrong inputs start nothing. */
static int check(const struct cog_container_options *options, struct cog_batch *batch,
                 const struct cog_engine *engine, struct cog_diags *diags)
{
    static const char name[] = "run.cog.openapi_schema";
    auto_free char *label = NULL;

    if (cog_engine_label(engine, options->image, name, &label, diags) < 0)
        return -1;
    if (label && !batch->openapi && cog_batch_set_openapi(batch, label, name, diags) < 0)
        return -1;
    return cog_batch_check(batch, diags);
}

static int predict(const struct cog_container_options *options, struct cog_batch *batch,
                   long setup_seconds, const struct cog_engine *engine,
                   struct cog_diags *diags)
{
    struct cog_container container = {0};
    struct cog_log log = {.live = options->progress ? diags : NULL};

    /* The server's own words for people, and few; what --env says comes last, and counts.
     */
    json_array_insert_new(options->environment, 0, json_string("LOG_FORMAT=console"));
    json_array_insert_new(options->environment, 0, json_string("COG_LOG_LEVEL=warning"));
    int result = cog_container_start(&container, engine, options->image,
                                     options->environment, &log, diags);
    if (result == 0) {
        const struct cog_server server = {
            .http = engine->http, .url = container.url, .attached = true};
        result = cog_batch_run(batch, &server, setup_seconds, diags);
    }
    cog_container_remove(&container, engine, diags);
    if (result == COG_SERVER_SILENT)
        cog_log_show_tail(&log, diags);
    return result;
}

int cog_container_batch(const struct cog_container_options *options,
                        struct cog_batch *batch, long setup_seconds, struct cog_http *http,
                        struct cog_diags *diags)
{
    auto_free char *config_dir = cog_environment_docker_config();
    struct cog_endpoint_choice choice =
        cog_environment_endpoint(options->builder, config_dir);
    struct cog_endpoint endpoint;
    struct cog_engine engine = {http, &endpoint, COG_FAILURE};

    int result = cog_endpoint_choose(&endpoint, &choice, diags);
    if (result == 0)
        result = check(options, batch, &engine, diags);
    if (result == 0)
        result = predict(options, batch, setup_seconds, &engine, diags);
    cog_endpoint_release(&endpoint);
    return result;
}
