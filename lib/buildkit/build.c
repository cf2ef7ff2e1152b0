/* build.c - one build, from a definition to an image in the engine.
 *
 * Control.Solve is called without a definition and stays open for the whole build; through
 * LLBBridge, cog does what a frontend does: Ping, Solve, ReadFile, Return. When one of them
 * fails, Control.Solve is cancelled, or it would wait for the Return for ever.
 * Sources: moby/buildkit control/control.go, control/gateway/gateway.go. */
#include "buildkit/build.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/exit.h"
#include "buildkit/binding.h"
#include "buildkit/client.h"
#include "buildkit/export.h"
#include "buildkit/failure.h"
#include "buildkit/id.h"
#include "buildkit/status.h"
#include "buildkit/steps.h"
#include "buildkit/worker.h"

#define CONTROL(method) "/moby.buildkit.v1.Control/" method
#define BRIDGE(method) "/moby.buildkit.v1.frontend.LLBBridge/" method

enum {
    TICK = 100,   /* milliseconds between two turns of the clock */
    GRACE = 5000, /* milliseconds for the engine to finish after its answer or a cancel */
    MAX_REPORT = 2 << 20, /* bytes of a report; BuildKit cuts them at 1 MiB */
};

static const struct cog_pos nowhere = {0};

struct build {
    const struct cog_build_request *request;
    void *definition; /* the request's, bound to the session; likewise the vertices */
    size_t definition_size;
    json_t *vertices;
    cog_build_progress *progress;
    void *data;
    struct cog_diags *diags;

    struct cog_client client;
    struct cog_steps steps;
    char *ref;               /* names the build in all calls */
    struct cog_unary solve;  /* Control.Solve */
    struct cog_call *status; /* Control.Status, NULL: over */
    int64_t reported;        /* when the last report came; 0: none did */
};

static void take_report(void *data, struct cog_call *call, const unsigned char *bytes,
                        size_t size)
{
    struct build *build = data;
    Buildkit__StatusResponse *report =
        (void *)cog_message_unpack(&buildkit__status_response__descriptor, bytes, size);

    (void)call;
    if (!report)
        return;
    build->reported = cog_client_clock();
    cog_steps_update(&build->steps, report);
    if (build->progress) {
        json_auto_t *json = cog_status_json(report);
        build->progress(build->data, json);
    }
    cog_message_free(&report->base);
}

static void take_status_end(void *data, struct cog_call *call,
                            const struct cog_status *status)
{
    (void)call, (void)status;
    ((struct build *)data)->status = NULL;
}

/* Control.Solve and, to hear of it, Control.Status. */
static void start(struct build *build)
{
    static const struct cog_call_events events = {.message = take_report,
                                                  .closed = take_status_end};
    const struct cog_build_request *request = build->request;
    Buildkit__StatusRequest status = BUILDKIT__STATUS_REQUEST__INIT;
    struct cog_connection *connection = build->client.control.connection;
    struct cog_exporter exporter;

    build->ref = cog_random_id();
    enum cog_export export = cog_worker_export(&build->client, request, build->diags);
    cog_exporter_init(&exporter, export, request->tags, request->epoch);
    exporter.solve.ref = build->ref;
    exporter.solve.session = build->client.session_id;
    exporter.solve.entitlements = (char *[]){(char *)"network.host"};
    exporter.solve.n_entitlements = request->host_network;
    cog_unary_start(&build->solve, connection, CONTROL("Solve"), NULL, &exporter.solve.base,
                    &buildkit__solve_response__descriptor);
    cog_exporter_release(&exporter);

    status.ref = build->ref;
    build->status = cog_call_start(connection, CONTROL("Status"), NULL, &events, build);
    cog_call_limit(build->status, MAX_REPORT);
    cog_call_send_message(build->status, &status.base);
    cog_call_end(build->status);
}

/* Lets something happen. Returns 0, or -1 when there is no point in going on: the user
 * wants to stop, a connection is lost, a folder cannot be sent. */
static int step(struct build *build)
{
    cog_client_step(&build->client, TICK);
    if (build->progress)
        build->progress(build->data, NULL);
    bool over = build->client.interrupts || build->client.control.lost ||
                build->client.session.lost || build->diags->errors;
    return over ? -1 : 0;
}

/* A call to LLBBridge. Returns 0 with the reply in `unary`, or -1: with a status that is
 * not OK it was refused, else it was not waited for. Released by the caller in any case. */
static int ask(struct build *build, struct cog_unary *unary, const char *method,
               const ProtobufCMessage *request, const ProtobufCMessageDescriptor *expects)
{
    const struct cog_metadata metadata[] = {{"buildkit-controlapi-buildid", build->ref},
                                            {0}};

    cog_unary_start(unary, build->client.control.connection, method, metadata, request,
                    expects);
    while (!unary->done && !build->solve.done) {
        if (step(build) < 0)
            return -1;
    }
    return unary->reply ? 0 : -1;
}

static int ping(struct build *build, struct cog_unary *unary)
{
    Buildkit__Empty request = BUILDKIT__EMPTY__INIT;

    return ask(build, unary, BRIDGE("Ping"), &request.base, &buildkit__empty__descriptor);
}

static int evaluate(struct build *build, struct cog_unary *unary)
{
    Buildkit__GatewaySolveRequest request = BUILDKIT__GATEWAY_SOLVE_REQUEST__INIT;

    request.definition.data = build->definition;
    request.definition.len = build->definition_size;
    request.allow_result_return = request.allow_result_array_ref = request.evaluate = true;
    return ask(build, unary, BRIDGE("Solve"), &request.base,
               &buildkit__gateway_solve_response__descriptor);
}

/* The name of the result; NULL: it is empty. Borrowed from the reply. */
static char *result_ref(const struct cog_unary *unary)
{
    const Buildkit__GatewaySolveResponse *reply = (const void *)unary->reply;

    if (!reply->result)
        return *reply->ref ? reply->ref : NULL;
    if (reply->result->result_case == BUILDKIT__RESULT__RESULT_REF)
        return reply->result->ref->id;
    return reply->result->result_case == BUILDKIT__RESULT__RESULT_REF_DEPRECATED
               ? reply->result->ref_deprecated
               : NULL;
}

/* Sets the label to the content of the file. */
static int take_label(struct build *build, const struct cog_unary *unary, const char *label,
                      const char *path, json_t *config)
{
    const Buildkit__ReadFileResponse *reply = (const void *)unary->reply;
    const char *text = (const char *)reply->data.data;
    size_t size = reply->data.len;

    if (size > COG_BUILD_MAX_LABEL)
        return cog_report(build->diags, COG_ERROR, nowhere, "build.label-file",
                          "%s, for the label %s, is larger than %d bytes", path, label,
                          COG_BUILD_MAX_LABEL);
    if (size > 0 && text[size - 1] == '\n')
        size--;
    json_t *value = size ? json_stringn(text, size) : json_string("");
    if (!value)
        return cog_report(build->diags, COG_ERROR, nowhere, "build.label-file",
                          "%s, for the label %s, is not UTF-8", path, label);
    cog_config_label(config, label, value);
    return 0;
}

/* Reads one file of the result into a label. */
static int read_label(struct build *build, char *ref, const char *label, const char *path,
                      json_t *config)
{
    Buildkit__ReadFileRequest request = BUILDKIT__READ_FILE_REQUEST__INIT;
    struct cog_unary unary;

    request.ref = ref;
    request.path = (char *)path;
    int result = ask(build, &unary, BRIDGE("ReadFile"), &request.base,
                     &buildkit__read_file_response__descriptor);
    if (result == 0)
        result = take_label(build, &unary, label, path, config);
    else if (unary.done && strstr(unary.status.message, "no such file or directory"))
        cog_report(build->diags, COG_ERROR, nowhere, "build.label-file",
                   "the build made no file %s, for the label %s", path, label);
    else if (unary.done)
        cog_report(build->diags, COG_FAILURE, nowhere, "engine.build", "cannot read %s: %s",
                   path, unary.status.message);
    cog_unary_release(&unary);
    return result;
}

static int read_labels(struct build *build, char *ref, json_t *config)
{
    const char *label;
    json_t *path;

    json_object_foreach((json_t *)build->request->label_files, label, path) {
        if (read_label(build, ref, label, json_string_value(path), config) < 0)
            return -1;
    }
    return 0;
}

/* Gives the result back with its config, for the engine to export. */
static int give_back(struct build *build, struct cog_unary *unary, char *ref,
                     const json_t *config)
{
    auto_free char *text = json_dumps(config, JSON_COMPACT | JSON_SORT_KEYS);
    Buildkit__ReturnRequest request = BUILDKIT__RETURN_REQUEST__INIT;
    Buildkit__Result result = BUILDKIT__RESULT__INIT;
    Buildkit__Ref result_name = BUILDKIT__REF__INIT;
    Buildkit__Result__MetadataEntry entry = BUILDKIT__RESULT__METADATA_ENTRY__INIT;
    Buildkit__Result__MetadataEntry *entries[] = {&entry};

    entry.key = (char *)"containerimage.config";
    entry.value.data = (uint8_t *)text;
    entry.value.len = strlen(text);
    result_name.id = ref;
    result.result_case = BUILDKIT__RESULT__RESULT_REF;
    result.ref = &result_name;
    result.n_metadata = 1;
    result.metadata = entries;
    request.result = &result;
    int asked =
        ask(build, unary, BRIDGE("Return"), &request.base, &buildkit__empty__descriptor);
    return build->solve.reply ? 0 : asked; /* the build may end before Return is answered */
}

/* Waits for Control.Solve, and then for the last reports. Gives up on the user's wish (the
 * `interrupts`-th), when the engine is gone, and after GRACE milliseconds: of waiting for
 * Solve if `hurry`, of silence behind it. */
static void finish(struct build *build, unsigned interrupts, bool hurry)
{
    int64_t start_time = cog_client_clock();

    while (build->status || !build->solve.done) {
        int64_t now = cog_client_clock();
        int64_t since = build->reported > start_time ? build->reported : start_time;
        if (build->client.control.lost || build->client.interrupts >= interrupts ||
            ((hurry || build->solve.done) && now - since > GRACE))
            return;
        /* a build that was refused never began: there is nothing to hear of it */
        if (build->solve.done && !build->solve.reply && !build->reported)
            return;
        bool solving = !build->solve.done;
        (void)step(build);
        if (solving && build->solve.done)
            start_time = cog_client_clock();
    }
}

/* Tells the engine that the result will not come, and waits for it to clean up. */
static void give_up(struct build *build)
{
    if (build->solve.call)
        cog_call_cancel(build->solve.call);
    finish(build, build->client.interrupts + 1, true);
}

/* What to say after a call that failed: the first that has a reason. Returns -1 or
 * COG_EXIT_INTERRUPTED. */
static int fail(struct build *build, const struct cog_unary *unary)
{
    const char *lost = build->client.control.lost ? build->client.control.lost
                                                  : build->client.session.lost;
    struct cog_status status = {.message = NULL};

    if (build->solve.done && build->solve.status.code != COG_CODE_OK)
        status.message = cog_strdup(build->solve.status.message);
    if (unary && unary->done && unary->status.code != COG_CODE_OK) {
        free(status.message);
        status.message = cog_strdup(unary->status.message);
    }
    if (!status.message)
        status.message = cog_strdup("the engine ended it early");
    bool interrupted = build->client.interrupts > 0;
    give_up(build);
    if (!interrupted && build->diags->errors == 0) {
        if (lost)
            cog_report(build->diags, COG_FAILURE, nowhere, "engine.lost",
                       "the engine went away during the build: %s", lost);
        else
            cog_failure_report(&build->steps, &status, build->vertices, build->diags);
    }
    cog_status_release(&status);
    return interrupted ? COG_EXIT_INTERRUPTED : -1;
}

/* The part of a frontend: from the definition to the exported image. */
static int solve(struct build *build, struct cog_built *built)
{
    struct cog_unary pinged = {0}, solved = {0}, returned = {0};
    struct cog_unary *last = &pinged;
    char *ref = NULL;
    int result = ping(build, &pinged);

    if (result == 0)
        result = evaluate(build, last = &solved);
    if (result == 0) {
        ref = result_ref(&solved);
        if (!ref)
            result = cog_report(build->diags, COG_ERROR, nowhere, "build.missing",
                                "the result of the build is empty");
    }
    if (result == 0) {
        last = NULL;
        result = read_labels(build, ref, built->config);
    }
    if (result == 0)
        result = give_back(build, last = &returned, ref, built->config);
    if (result == 0) {
        last = NULL;
        finish(build, 1, false);
        result = build->solve.reply ? 0 : -1;
    }
    if (result < 0)
        result = fail(build, last);
    cog_unary_release(&pinged);
    cog_unary_release(&solved);
    cog_unary_release(&returned);
    return result;
}

static int bind(struct build *build)
{
    const struct cog_build_request *request = build->request;
    const struct cog_binding to = {build->client.session_id, request->proxies};

    build->definition =
        cog_binding_make(request->definition, request->definition_size, &to,
                         request->vertices, &build->definition_size, &build->vertices);
    if (build->definition)
        return 0;
    return cog_report(build->diags, COG_ERROR, nowhere, "build.definition",
                      "the definition is not LLB with its steps in order");
}

int cog_build_run(const struct cog_build_request *request,
                  const struct cog_builder *builder, struct cog_session *session,
                  cog_build_progress *progress, void *data, struct cog_built *built,
                  struct cog_diags *diags)
{
    struct build build = {
        .request = request,
        .progress = progress,
        .data = data,
        .diags = diags,
    };

    *built = (struct cog_built){.config = json_deep_copy(request->image)};
    session->diags = diags;
    int result =
        cog_client_open(&build.client, builder, session, request->shared_key, diags);
    if (result == 0)
        result = bind(&build);
    if (result == 0) {
        start(&build);
        result = solve(&build, built);
        built->steps = cog_steps_json(&build.steps, build.vertices);
        if (result == 0)
            built->answer = cog_exporter_answer((const void *)build.solve.reply);
    }
    cog_unary_release(&build.solve);
    if (build.status)
        cog_call_cancel(build.status);
    cog_client_release(&build.client);
    cog_steps_release(&build.steps);
    json_decref(build.vertices);
    free(build.definition);
    free(build.ref);
    return result;
}

void cog_built_release(struct cog_built *built)
{
    json_decref(built->config);
    json_decref(built->answer);
    json_decref(built->steps);
    *built = (struct cog_built){0};
}
