/* cache.c - what a builder keeps in its cache. */
#include "buildkit/cache.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/exit.h"
#include "buildkit.pb-c.h"
#include "buildkit/client.h"

enum {
    TICK = 1000,            /* milliseconds */
    MAX_MESSAGE = 16 << 20, /* of all records; a builder may have very many */
};

/* Bytes; what is larger is a mistake of the builder. */
static const int64_t max_record = INT64_C(1) << 50;

#define CONTROL(method) "/moby.buildkit.v1.Control/" method

/* The answer, as it comes: one message of all records, or one message a record. */
struct answer {
    const struct cog_cache_request *request;
    json_t *records;
    int64_t size, reclaimable;
    bool over;
    struct cog_status status;
};

static void set_text(json_t *object, const char *key, const char *text)
{
    if (*text)
        json_object_set_new(object, key, json_string(text));
}

static void add(struct answer *answer, const Buildkit__UsageRecord *record)
{
    json_t *object = json_object();

    set_text(object, "id", record->id);
    set_text(object, "type", record->record_type);
    set_text(object, "description", record->description);
    int64_t bytes = record->size > 0 && record->size < max_record ? record->size : 0;
    json_object_set_new(object, "size", json_integer(bytes));
    json_object_set_new(object, "in_use", json_boolean(record->in_use));
    json_object_set_new(object, "shared", json_boolean(record->shared));
    json_object_set_new(object, "uses", json_integer(record->usage_count));
    if (record->last_used_at)
        json_object_set_new(object, "last_used",
                            json_integer(record->last_used_at->seconds));
    json_array_append_new(answer->records, object);
    answer->size += bytes;
    answer->reclaimable += record->in_use ? 0 : bytes;
}

static void take_message(void *data, struct cog_call *call, const unsigned char *bytes,
                         size_t size)
{
    struct answer *answer = data;
    ProtobufCMessage *message = cog_message_unpack(
        answer->request->prune ? &buildkit__usage_record__descriptor
                               : &buildkit__disk_usage_response__descriptor,
        bytes, size);
    const Buildkit__DiskUsageResponse *list = (const void *)message;

    (void)call;
    if (message && answer->request->prune)
        add(answer, (const void *)message);
    for (size_t i = 0; message && !answer->request->prune && i < list->n_record; i++)
        add(answer, list->record[i]);
    cog_message_free(message);
}

static void take_end(void *data, struct cog_call *call, const struct cog_status *status)
{
    struct answer *answer = data;

    (void)call;
    answer->over = true;
    answer->status.code = status->code;
    answer->status.message = cog_strdup(status->message);
}

static void send_request(struct cog_call *call, const struct cog_cache_request *request)
{
    Buildkit__DiskUsageRequest usage = BUILDKIT__DISK_USAGE_REQUEST__INIT;
    Buildkit__PruneRequest prune = BUILDKIT__PRUNE_REQUEST__INIT;
    size_t count = json_array_size(request->filters), index;
    auto_free char **filters = cog_calloc(count + 1, sizeof *filters);
    const json_t *filter;

    json_array_foreach(request->filters, index, filter) {
        filters[index] = (char *)json_string_value(filter);
    }
    usage.filter = prune.filter = filters;
    usage.n_filter = prune.n_filter = count;
    prune.all = request->all;
    prune.reserved_space = request->keep_bytes;
    prune.keep_duration = request->keep_seconds * 1000000000;
    cog_call_send_message(call, request->prune ? &prune.base : &usage.base);
    cog_call_end(call);
}

/* Waits for the answer. */
static int await(struct cog_client *client, struct answer *answer, struct cog_diags *diags)
{
    static const struct cog_pos nowhere = {0};

    while (!answer->over && !cog_client_lost(client) && !client->interrupts)
        cog_client_step(client, TICK);
    if (client->interrupts)
        return COG_EXIT_INTERRUPTED;
    if (cog_client_lost(client))
        return cog_report(diags, COG_FAILURE, nowhere, "engine.lost",
                          "the engine went away: %s", cog_client_lost(client));
    if (answer->status.code == COG_CODE_OK)
        return 0;
    return cog_report(diags, COG_FAILURE, nowhere, "engine.cache",
                      "the engine does not do it: %s", answer->status.message);
}

int cog_cache_ask(const struct cog_builder *builder,
                  const struct cog_cache_request *request, json_t **doc,
                  struct cog_diags *diags)
{
    static const struct cog_call_events events = {.message = take_message,
                                                  .closed = take_end};
    struct answer answer = {.request = request, .records = json_array()};
    struct cog_session session = {.diags = diags};
    struct cog_client client;
    int result = cog_client_open(&client, builder, &session, "", diags);

    if (result == 0) {
        struct cog_call *call =
            cog_call_start(client.control.connection,
                           request->prune ? CONTROL("Prune") : CONTROL("DiskUsage"), NULL,
                           &events, &answer);
        cog_call_limit(call, MAX_MESSAGE);
        send_request(call, request);
        result = await(&client, &answer, diags);
    }
    cog_client_release(&client);
    if (result == 0)
        *doc = json_pack("{s:s, s:O, s:I, s:I}", "schema", "cog/cache-1", "records",
                         answer.records, "size", (json_int_t)answer.size, "reclaimable",
                         (json_int_t)answer.reclaimable);
    json_decref(answer.records);
    cog_status_release(&answer.status);
    return result;
}
