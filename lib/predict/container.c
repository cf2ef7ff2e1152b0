/* container.c - predictions in a container of a model's image. */
#include "predict/container.h"

#include <string.h>

#include "base/auto.h"
#include "cli/builder.h"
#include "docker/container.h"
#include "docker/image.h"
#include "docker/owner.h"
#include "docker/passage.h"

enum { KILLED = 128 + 9 };

static const struct cog_pos nowhere = {0};
static const char label_prefix[] = "run.cog.", old_prefix[] = "org.cogmodel.";

/* By its labels, or the command that Cog's server has always had. */
static bool is_model(const json_t *config)
{
    const json_t *labels = json_object_get(config, "Labels"), *word;
    const char *name;
    json_t *value;
    size_t index;

    json_object_foreach((json_t *)labels, name, value) {
        if (strncmp(name, label_prefix, sizeof label_prefix - 1) == 0 ||
            strncmp(name, old_prefix, sizeof old_prefix - 1) == 0)
            return true;
    }
    json_array_foreach(json_object_get(config, "Cmd"), index, word) {
        if (json_is_string(word) && strstr(json_string_value(word), "cog.server.http"))
            return true;
    }
    return false;
}

/* The image's command, in the server's other mode. */
static json_t *training_command(const json_t *config)
{
    json_t *command = json_copy(json_object_get(config, "Cmd"));

    json_array_append_new(command, json_string("--x-mode"));
    json_array_append_new(command, json_string("train"));
    return command;
}

/* The schema in the image's label, so that wrong inputs start nothing. */
static int check_image(struct cog_container_options *options, struct cog_batch *batch,
                       const struct cog_engine *engine, struct cog_container_wanted *wanted,
                       struct cog_diags *diags)
{
    static const char name[] = "run.cog.openapi_schema";
    json_auto_t *inspect = NULL;

    if (cog_engine_image_needed(engine, options->image, &inspect, diags) < 0)
        return -1;
    const json_t *config = json_object_get(inspect, "Config");
    const json_t *labels = json_object_get(config, "Labels");
    const char *schema = json_string_value(json_object_get(labels, name));
    if (!is_model(config))
        return cog_report(diags, COG_ERROR, nowhere, "predict.image",
                          "the image %s was not built by cog: it lacks labels %s*; build "
                          "one with \"cog build -t NAME\" in the model's folder",
                          options->image, label_prefix);
    if (schema && *schema && !batch->openapi &&
        cog_batch_set_openapi(batch, schema, name, diags) < 0)
        return -1;
    if (batch->training)
        options->command = training_command(config);
    *wanted = cog_container_options_wanted(options, inspect, diags);
    return cog_batch_check(batch, diags);
}

/* Why the server is gone or failing, as far as the engine knows. */
static void explain(const struct cog_container *container, const struct cog_engine *engine,
                    struct cog_diags *diags)
{
    struct cog_container_state state = cog_container_state(container, engine, diags);

    if (state.out_of_memory || (state.ended && state.status == KILLED))
        cog_report(diags, COG_ERROR, nowhere, "predict.memory",
                   "the model was killed%s (137%s); it needs a machine or an engine with "
                   "more memory, or smaller inputs",
                   state.out_of_memory ? " because memory ran out" : "",
                   state.out_of_memory ? "" : ", most likely because memory ran out");
    else if (state.ended)
        cog_report(diags, COG_ERROR, nowhere, "predict.exited",
                   "the container ended with status %d", state.status);
}

static int predict(const struct cog_container_options *options,
                   const struct cog_container_wanted *wanted, struct cog_batch *batch,
                   const struct cog_engine *engine, struct cog_diags *diags)
{
    struct cog_container container = {0};
    struct cog_passage passage = {0};
    struct cog_log log = {.live = options->progress ? diags : NULL};

    /* The server's own words for people, and few; what --env says comes last, and counts.
     */
    json_array_insert_new(options->environment, 0, json_string("LOG_FORMAT=console"));
    json_array_insert_new(options->environment, 0, json_string("COG_LOG_LEVEL=warning"));
    cog_owner_sweep(engine, diags);
    int result = cog_container_start(&container, engine, wanted, &log, diags);
    if (result == 0 && engine->endpoint->remote)
        result = cog_passage_open(&passage, engine->endpoint, container.id, diags);
    if (result == 0) {
        const struct cog_server server = {.http = engine->http,
                                          .url = container.url,
                                          .socket = passage.relay.socket,
                                          .attached = true,
                                          .training = batch->training,
                                          .logs_shown = options->progress,
                                          .timeout_ms = batch->seconds * 1000};
        result = cog_batch_run(batch, &server, diags);
        if (result == COG_SERVER_SILENT || result == COG_SERVER_REPORTED)
            explain(&container, engine, diags);
    }
    cog_passage_release(&passage);
    cog_container_remove(&container, engine, diags);
    if (result == COG_SERVER_SILENT)
        cog_log_show_tail(&log, diags);
    return result;
}

int cog_container_batch(struct cog_container_options *options, struct cog_batch *batch,
                        struct cog_http *http, struct cog_diags *diags)
{
    struct cog_builder builder;
    struct cog_endpoint endpoint = {0};
    struct cog_engine engine = {http, &endpoint, COG_FAILURE};

    int result = cog_builder_choose_engine(&builder, options->builder, diags);
    if (result == 0)
        result = cog_builder_endpoint(&builder, &endpoint, diags);
    struct cog_container_wanted wanted;
    if (result == 0)
        result = check_image(options, batch, &engine, &wanted, diags);
    if (result == 0)
        result = predict(options, &wanted, batch, &engine, diags);
    cog_endpoint_release(&endpoint);
    cog_builder_release(&builder);
    return result;
}
