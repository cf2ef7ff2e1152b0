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
#include "buildkit/export.h"
#include "buildkit/exporters.h"
#include "buildkit/failure.h"
#include "buildkit/frontend.h"
#include "buildkit/id.h"
#include "buildkit/solve.h"
#include "buildkit/status.h"

#define CONTROL(method) "/moby.buildkit.v1.Control/" method

enum {
    GRACE = 5000, /* milliseconds for the engine to finish after its answer or a cancel */
    MAX_REPORT = 2 << 20, /* bytes of a report; BuildKit cuts them at 1 MiB */
};

static const struct cog_pos nowhere = {0};

/* Adds the commands of the plan's steps, which BuildKit does not report. */
static void add_commands(json_t *report, const json_t *vertices)
{
    json_t *vertex;
    size_t index;

    json_array_foreach(json_object_get(report, "vertexes"), index, vertex) {
        const char *digest = json_string_value(json_object_get(vertex, "digest"));
        json_t *known = digest ? json_object_get(vertices, digest) : NULL;
        json_t *command = json_object_get(known, "command");
        if (command)
            json_object_set(vertex, "command", command);
    }
}

static void take_report(void *data, struct cog_call *call, const unsigned char *bytes,
                        size_t size)
{
    struct cog_building *build = data;
    Buildkit__StatusResponse *report =
        (void *)cog_message_unpack(&buildkit__status_response__descriptor, bytes, size);

    (void)call;
    if (!report)
        return;
    build->reported = cog_clock();
    json_auto_t *json = cog_status_json(report);
    cog_message_free(&report->base);
    add_commands(json, build->vertices);
    cog_steps_update(&build->steps, json, NULL, NULL);
    if (build->progress)
        build->progress(build->data, json);
}

static void take_status_end(void *data, struct cog_call *call,
                            const struct cog_status *status)
{
    (void)call, (void)status;
    ((struct cog_building *)data)->status = NULL;
}

/* Control.Solve and, to hear of it, Control.Status. Returns 0 or -1. */
static int start(struct cog_building *build, json_t *pushes)
{
    static const struct cog_call_events events = {.message = take_report,
                                                  .closed = take_status_end};
    const struct cog_build_request *request = build->request;
    Buildkit__StatusRequest status = BUILDKIT__STATUS_REQUEST__INIT;
    struct cog_connection *connection = build->client.control.connection;
    json_auto_t *exporters =
        cog_exporters_choose(&build->client, request, pushes, build->diags);
    struct cog_solve solve;

    if (!exporters)
        return -1;
    build->ref = cog_random_id();
    cog_solve_init(&solve);
    cog_solve_exporters(&solve, exporters);
    cog_solve_caches(&solve, request->cache_from, request->cache_to);
    cog_solve_frontend(&solve, request->attestations);
    solve.request.ref = build->ref;
    solve.request.session = build->client.session_id;
    solve.request.entitlements = (char *[]){(char *)"network.host"};
    solve.request.n_entitlements = request->host_network;
    cog_unary_start(&build->solve, connection, CONTROL("Solve"), NULL, &solve.request.base,
                    &buildkit__solve_response__descriptor);
    cog_solve_release(&solve);

    status.ref = build->ref;
    build->status = cog_call_start(connection, CONTROL("Status"), NULL, &events, build);
    cog_call_limit(build->status, MAX_REPORT);
    cog_call_send_message(build->status, &status.base);
    cog_call_end(build->status);
    return 0;
}

/* Waits for Control.Solve, and then for the last reports. Gives up on the user's wish (the
 * `interrupts`-th), when the engine is gone, and after GRACE milliseconds: of waiting for
 * Solve if `hurry`, of silence behind it. */
static void finish(struct cog_building *build, unsigned interrupts, bool hurry)
{
    int64_t start_time = cog_clock();

    while (build->status || !build->solve.done) {
        int64_t now = cog_clock();
        int64_t since = build->reported > start_time ? build->reported : start_time;
        if (build->client.control.lost || build->client.interrupts >= interrupts ||
            ((hurry || build->solve.done) && now - since > GRACE))
            return;
        /* a build that was refused never began: there is nothing to hear of it */
        if (build->solve.done && !build->solve.reply && !build->reported)
            return;
        bool solving = !build->solve.done;
        (void)cog_building_step(build);
        if (solving && build->solve.done)
            start_time = cog_clock();
    }
}

/* Tells the engine that the result will not come, and waits for it to clean up. */
static void give_up(struct cog_building *build)
{
    if (build->solve.call)
        cog_call_cancel(build->solve.call);
    finish(build, build->client.interrupts + 1, true);
}

/* What to say after a call that failed: the first that has a reason. Returns -1 or
 * COG_EXIT_INTERRUPTED. */
static int fail(struct cog_building *build, const struct cog_unary *unary)
{
    const char *lost = cog_client_lost(&build->client);
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
        else if (cog_failure_report_push(&build->steps, &status, build->session,
                                         build->diags) == 0)
            cog_failure_report(&build->steps, &status, build->vertices, build->diags);
    }
    cog_status_release(&status);
    return interrupted ? COG_EXIT_INTERRUPTED : -1;
}

/* Why nothing was begun. */
static int not_started(const struct cog_building *build)
{
    if (build->client.interrupts)
        return COG_EXIT_INTERRUPTED;
    if (!cog_client_lost(&build->client))
        return -1; /* after a diagnostic */
    return cog_report(build->diags, COG_FAILURE, nowhere, "engine.lost",
                      "the engine went away: %s", cog_client_lost(&build->client));
}

/* The part of a frontend: from the definition to the exported image. */
static int solve(struct cog_building *build, struct cog_built *built)
{
    struct cog_unary pinged = {0}, solved = {0}, returned = {0};
    struct cog_unary *last = &pinged;
    char *ref = NULL;
    int result = cog_frontend_ping(build, &pinged);

    if (result == 0)
        result = cog_frontend_evaluate(build, last = &solved);
    if (result == 0) {
        ref = cog_frontend_result(&solved);
        if (!ref)
            result = cog_report(build->diags, COG_ERROR, nowhere, "build.missing",
                                "the result of the build is empty");
    }
    if (result == 0) {
        last = NULL;
        result = cog_frontend_read_labels(build, ref, built->config);
    }
    if (result == 0)
        result = cog_frontend_return(build, last = &returned, ref, built->config);
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

/* The image config that is sent, but for the labels from files. A new reference. */
static json_t *config_of(const struct cog_build_request *request)
{
    json_t *config = json_deep_copy(request->image);

    if (request->push && !request->epoch) {
        auto_free char *id = cog_time_id();
        cog_config_label(config, "run.cog.push_id", json_string(id));
    }
    return config;
}

static int bind(struct cog_building *build)
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
    struct cog_building build = {
        .request = request,
        .progress = progress,
        .data = data,
        .diags = diags,
        .session = session,
    };

    int64_t began = cog_clock();

    *built = (struct cog_built){.config = config_of(request), .pushes = json_array()};
    session->diags = diags;
    int result =
        cog_client_open(&build.client, builder, session, request->shared_key, diags);
    if (result == 0)
        result = bind(&build);
    if (result == 0 && start(&build, built->pushes) < 0)
        result = not_started(&build);
    if (result == 0) {
        result = solve(&build, built);
        built->steps = cog_steps_json(&build.steps, build.vertices);
        built->began = cog_steps_began(&build.steps);
        built->known_by_config = !build.client.control.upgrade;
        if (result == 0)
            built->answer = cog_exporter_answer((const void *)build.solve.reply);
    }
    built->sent = session->sent;
    built->milliseconds = cog_clock() - began;
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
    json_decref(built->pushes);
    *built = (struct cog_built){0};
}
