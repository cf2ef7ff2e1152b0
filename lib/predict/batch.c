/* batch.c - from requests to written predictions. */
#include "predict/batch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/doc.h"
#include "base/exit.h"
#include "predict/events.h"
#include "predict/json_print.h"
#include "predict/media.h"
#include "predict/output.h"
#include "predict/schema.h"

enum { SETUP_SECONDS = 300 };

static const struct cog_pos nowhere = {0};

void cog_batch_release(struct cog_batch *batch)
{
    cog_requests_release(&batch->requests);
    cog_filter_release(&batch->filter);
    json_decref(batch->openapi);
    json_decref(batch->context);
    *batch = (struct cog_batch){0};
}

/* A training has a schema of its own beside the prediction's. */
static json_t *chosen(const struct cog_batch *batch, json_t *openapi)
{
    json_t *components = json_object_get(openapi, "components");
    json_t *schemas = json_object_get(components, "schemas");

    if (batch->training && schemas) {
        json_object_set(schemas, "Input", json_object_get(schemas, "TrainingInput"));
        json_object_set(schemas, "Output", json_object_get(schemas, "TrainingOutput"));
    }
    return openapi;
}

int cog_batch_set_openapi(struct cog_batch *batch, const char *text, const char *name,
                          struct cog_diags *diags)
{
    batch->openapi = chosen(batch, cog_doc_parse(text, strlen(text), name, diags));
    return batch->openapi ? 0 : -1;
}

/* A request that comes alone is checked before anything is started. */
static int open_filter(struct cog_batch *batch, struct cog_diags *diags)
{
    struct cog_filter *filter = &batch->filter;

    if (batch->resume && cog_filter_resume(filter, STDOUT_FILENO, diags) < 0)
        return COG_EXIT_USAGE;
    int result = cog_filter_open(filter, STDIN_FILENO, diags);
    if (result != 0 || !filter->single || filter->at_once > 0 || batch->resume)
        return result;
    result =
        cog_requests_add_object(&batch->requests, filter->first, filter->first_size, diags);
    cog_filter_release(filter);
    filter->open = false;
    return result;
}

int cog_batch_gather(struct cog_batch *batch, const char *json, const char *schema,
                     bool all, struct cog_diags *diags)
{
    int result = 0;
    size_t size;

    if (json)
        result = cog_requests_add_json(&batch->requests, json, diags);
    else if (!batch->requests.texts)
        result =
            all ? cog_requests_read(&batch->requests, diags) : open_filter(batch, diags);
    if (result != 0 || !schema)
        return result;
    auto_free char *text = cog_read_operand(schema, COG_DOC_MAX_BYTES, &size, diags);
    return text ? cog_batch_set_openapi(batch, text, schema, diags) : -1;
}

int cog_batch_check(struct cog_batch *batch, struct cog_diags *diags)
{
    if (batch->complete || !batch->openapi)
        return 0;
    if (batch->training && !cog_openapi_trains(batch->openapi))
        return cog_report(diags, COG_ERROR, nowhere, "predict.train",
                          "the model has no training; name one in cog.yaml, such as "
                          "\"train: train.py:train\"");
    batch->complete = true;
    return cog_requests_complete(&batch->requests, batch->openapi, diags);
}

/* "weights", or the first of "weights.1", "weights.2" … that is free. The caller frees it.
 */
static char *free_weights_name(void)
{
    char *name = cog_strdup("weights");

    for (unsigned number = 1; access(name, F_OK) == 0; number++) {
        free(name);
        name = cog_printf("weights.%u", number);
    }
    return name;
}

/* Of a training people want the weights, as a file. */
static int write_output(const struct cog_batch *batch, const json_t *prediction,
                        struct cog_diags *diags)
{
    const json_t *output = json_object_get(prediction, "output");
    const json_t *weights = json_object_get(output, "weights");
    const char *text = json_string_value(weights ? weights : output);
    auto_free char *name = NULL;

    if (batch->training && text && cog_media_is_data(text)) {
        output = weights ? weights : output;
        name = batch->output_file ? NULL : free_weights_name();
    }
    return cog_output_write(output, batch->openapi, name ? name : batch->output_file,
                            diags);
}

/* Returns 0 or -1. */
static int write_prediction(const struct cog_batch *batch, const json_t *prediction,
                            struct cog_diags *diags)
{
    const char *status = json_string_value(json_object_get(prediction, "status"));
    const char *error = json_string_value(json_object_get(prediction, "error"));
    bool succeeded = strcmp(status, "succeeded") == 0;
    int result = 0;

    if (batch->whole) {
        auto_free char *text = cog_json_pretty(prediction);
        auto_free char *path =
            batch->output_file ? cog_output_path(batch->output_file, "json") : NULL;
        result = path ? cog_replace_file(path, text, strlen(text), diags)
                      : cog_write_all(stdout, "<stdout>", text, strlen(text), diags);
    } else if (!batch->output_only) {
        auto_free char *text = cog_json_line(prediction);
        result = cog_write_all(stdout, "<stdout>", text, strlen(text), diags);
    } else if (succeeded) {
        result = write_output(batch, prediction, diags);
    }
    if (succeeded)
        return result;
    return cog_report(diags, COG_ERROR, nowhere, "predict.failed", "the prediction %s%s%s",
                      status, error ? ": " : "", error ? error : "");
}

/* A prediction that fails does not keep the others from running. */
static int send_all(const struct cog_batch *batch, const struct cog_server *server,
                    struct cog_diags *diags)
{
    size_t index;
    json_t *request;
    int result = COG_SERVER_OK;

    json_array_foreach(batch->requests.list, index, request) {
        json_auto_t *prediction = NULL;
        cog_request_set_context(request, batch->context);
        int answer = batch->stream
                         ? cog_events_run(server, request, diags)
                         : cog_server_predict(server, request, &prediction, diags);
        if (answer == COG_SERVER_REPORTED && batch->stream)
            result = answer;
        else if (answer != COG_SERVER_OK)
            return answer;
        if (prediction && write_prediction(batch, prediction, diags) < 0)
            result = COG_SERVER_REPORTED;
    }
    return result;
}

int cog_batch_run(struct cog_batch *batch, const struct cog_server *server,
                  struct cog_diags *diags)
{
    long seconds = batch->setup_seconds ? batch->setup_seconds : SETUP_SECONDS;
    int result = cog_server_wait(server, seconds, diags);

    if (result != COG_SERVER_OK)
        return result;
    if (!batch->openapi)
        batch->openapi = chosen(batch, cog_server_openapi(server, diags));
    if (!batch->openapi || cog_batch_check(batch, diags) < 0)
        return COG_SERVER_REPORTED;
    batch->filter.context = batch->context;
    if (batch->filter.open)
        return cog_filter_run(&batch->filter, batch->openapi, server, diags);
    return send_all(batch, server, diags);
}
