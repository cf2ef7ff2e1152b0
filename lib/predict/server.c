/* server.c - health, schema and predictions of a model's server. */
#include "predict/server.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/exit.h"
#include "versions/remedy.h"

enum {
    FIRST_PAUSE_MS = 50,
    LAST_PAUSE_MS = 250,
    LAST_WORDS_MS = 2000, /* from a connection's end to that of the followed answer */
    HEALTH_MS = 5000,
    ABSENCE_SECONDS = 5, /* how long a server that was not started here may not answer */
    SCHEMA_MS = 60000,   /* it may be computed when first asked for */
};

enum { KEEP_WAITING = -2 }; /* beside the members of cog_server_result */

static const struct cog_pos nowhere = {0};

char *cog_server_url(const struct cog_server *server, const char *id)
{
    return cog_printf("%s/%s%s%s", server->url,
                      server->training ? "trainings" : "predictions", id ? "/" : "",
                      id ? id : "");
}

/* Sends to PATH; `*answer` is the JSON that came, or NULL. Returns a cog_http_result;
 * `response` is to be released in any case. */
static int call(const struct cog_server *server, struct cog_http_request request,
                const char *path, struct cog_http_response *response, json_t **answer)
{
    auto_free char *url = cog_printf("%s%s", server->url, path);

    request.url = url;
    request.ca_text = server->ca_text;
    request.socket = server->socket;
    request.limit = COG_SERVER_MAX_ANSWER;
    int result = cog_http_send(server->http, &request, response);
    *answer = result == COG_HTTP_OK
                  ? json_loadb(response->body, response->size, JSON_DECODE_ANY, NULL)
                  : NULL;
    return result;
}

static bool has_exited(const struct cog_server *server)
{
    return server->attached && !cog_http_following(server->http);
}

static int report_exit(struct cog_diags *diags)
{
    cog_report(diags, COG_ERROR, nowhere, "predict.exited",
               "the model's server has ended by itself");
    return COG_SERVER_SILENT;
}

static void show(const char *logs, struct cog_diags *diags)
{
    size_t size = logs ? strlen(logs) : 0;

    if (size)
        cog_diags_text(diags, logs, size);
    if (size && logs[size - 1] != '\n')
        cog_diags_text(diags, "\n", 1);
}

static long long seconds_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long long)now.tv_sec;
}

/* Asks once. `*status` is the server's word, or "" when none came; `*logs` what setup has
 * printed. The caller frees both. */
static int ask_health(const struct cog_server *server, char **status, char **logs)
{
    struct cog_http_response response;
    json_t *answer;

    int result = call(server, (struct cog_http_request){.timeout_ms = HEALTH_MS},
                      "/health-check", &response, &answer);
    const json_t *setup = json_object_get(answer, "setup");
    const char *word = json_string_value(json_object_get(answer, "status"));
    const char *text = json_string_value(json_object_get(setup, "logs"));
    *status = cog_strdup(word ? word : "");
    *logs = cog_strdup(text ? text : "");
    json_decref(answer);
    cog_http_response_release(&response);
    return result;
}

/* Tells what to add to cog.yaml for what setup said is missing, the last of it. */
static void report_remedy(const char *logs, struct cog_diags *diags)
{
    auto_free char *remedy = NULL;

    for (const char *line = logs; *line;
         line += strcspn(line, "\n"), line += *line != '\0') {
        auto_free char *text = cog_strndup(line, strcspn(line, "\n"));
        char *found = cog_remedy(text);
        if (!found)
            continue;
        free(remedy);
        remedy = found;
    }
    if (remedy)
        (void)cog_report(diags, COG_ERROR, nowhere, "predict.lacks", "%s", remedy);
}

/* Returns a cog_server_result or KEEP_WAITING. */
static int judge_health(const struct cog_server *server, const char *status,
                        const char *logs, struct cog_diags *diags)
{
    if (strcmp(status, "READY") == 0 || strcmp(status, "BUSY") == 0) {
        if (server->show_logs)
            show(logs, diags);
        return COG_SERVER_OK;
    }
    if (strcmp(status, "SETUP_FAILED") != 0 && strcmp(status, "DEFUNCT") != 0)
        return has_exited(server) ? report_exit(diags) : KEEP_WAITING;
    if (!server->logs_shown)
        show(logs, diags);
    (void)cog_report(diags, COG_ERROR, nowhere, "predict.setup",
                     "the model's setup failed (%s); what it printed is above", status);
    report_remedy(logs, diags);
    return -1;
}

int cog_server_wait(const struct cog_server *server, long seconds, struct cog_diags *diags)
{
    long long begin = seconds_now();
    int result = KEEP_WAITING;

    for (long pause = FIRST_PAUSE_MS; result == KEEP_WAITING; pause += pause / 2) {
        auto_free char *status = NULL, *logs = NULL;
        if (ask_health(server, &status, &logs) == COG_HTTP_INTERRUPTED)
            return COG_EXIT_INTERRUPTED;
        result = judge_health(server, status, logs, diags);
        long long waited = seconds_now() - begin;
        bool absent = !server->attached && !*status && waited >= ABSENCE_SECONDS;
        if (result == KEEP_WAITING && (absent || waited >= seconds)) {
            cog_report(diags, server->attached ? COG_ERROR : COG_FAILURE, nowhere,
                       "predict.timeout", "%s is not ready after %lld seconds (%s)",
                       server->url, waited, *status ? status : "it does not answer");
            return COG_SERVER_SILENT;
        }
        if (pause > LAST_PAUSE_MS)
            pause = LAST_PAUSE_MS;
        if (result == KEEP_WAITING &&
            cog_http_wait(server->http, pause) == COG_HTTP_INTERRUPTED)
            return COG_EXIT_INTERRUPTED;
    }
    return result;
}

json_t *cog_server_openapi(const struct cog_server *server, struct cog_diags *diags)
{
    struct cog_http_response response;
    json_t *answer;

    int result = call(server, (struct cog_http_request){.timeout_ms = SCHEMA_MS},
                      "/openapi.json", &response, &answer);
    if (result != COG_HTTP_OK || response.status != 200 || !json_is_object(answer)) {
        cog_report(diags, COG_FAILURE, nowhere, "predict.schema",
                   "%s/openapi.json gives no schema (%s%ld)", server->url,
                   response.error ? response.error : "status ",
                   response.error ? 0L : response.status);
        json_decref(answer);
        answer = NULL;
    }
    cog_http_response_release(&response);
    return answer;
}

/* The server's own check of the inputs: {"detail": [{"loc": […], "msg": …}]}. */
static int report_refusal(const json_t *answer, struct cog_diags *diags)
{
    const json_t *details = json_object_get(answer, "detail");
    size_t index;
    json_t *item;

    json_array_foreach(details, index, item) {
        const json_t *place = json_object_get(item, "loc");
        const char *name = json_string_value(json_array_get(place, 2));
        const char *text = json_string_value(json_object_get(item, "msg"));
        cog_report(diags, COG_ERROR, nowhere, "predict.input.refused",
                   "invalid input \"%s\": %s", name ? name : "", text ? text : "");
    }
    if (json_array_size(details) == 0)
        cog_report(diags, COG_ERROR, nowhere, "predict.input.refused",
                   "the model's server refuses the request");
    return COG_SERVER_REPORTED;
}

static int report_status(const struct cog_server *server, long status, const json_t *answer,
                         struct cog_diags *diags)
{
    const char *detail = json_string_value(json_object_get(answer, "detail"));
    const char *code =
        status == 409 || status == 503 ? "predict.unavailable" : "predict.answer";

    if (status == 422)
        return report_refusal(answer, diags);
    cog_report(diags, COG_FAILURE, nowhere, code, "%s answers %ld%s%s", server->url, status,
               detail ? ": " : "", detail ? detail : "");
    return COG_SERVER_SILENT;
}

static int judge_prediction(const struct cog_server *server, long status, json_t *answer,
                            json_t **prediction, struct cog_diags *diags)
{
    const char *logs = json_string_value(json_object_get(answer, "logs"));

    if (status != 200)
        return report_status(server, status, answer, diags);
    if (!json_string_value(json_object_get(answer, "status")))
        return cog_report(diags, COG_FAILURE, nowhere, "predict.answer",
                          "the answer of %s is not a prediction", server->url);
    if (server->show_logs)
        show(logs, diags);
    *prediction = json_incref(answer);
    return COG_SERVER_OK;
}

static int judge_silence(const struct cog_server *server,
                         const struct cog_http_response *response, struct cog_diags *diags)
{
    if (response->late)
        return cog_report(diags, COG_ERROR, nowhere, "predict.timeout",
                          "no answer within %ld seconds", server->timeout_ms / 1000);
    if (server->attached)
        cog_http_drain(server->http, LAST_WORDS_MS);
    if (has_exited(server))
        return report_exit(diags);
    cog_report(diags, COG_FAILURE, nowhere, "predict.answer", "no answer from %s: %s",
               server->url, response->error);
    return COG_SERVER_SILENT;
}

int cog_server_judge(const struct cog_server *server, int result,
                     const struct cog_http_response *response, json_t **prediction,
                     struct cog_diags *diags)
{
    if (result == COG_HTTP_INTERRUPTED)
        return COG_EXIT_INTERRUPTED;
    if (result == COG_HTTP_FAILED)
        return judge_silence(server, response, diags);
    json_auto_t *answer = json_loadb(response->body, response->size, JSON_DECODE_ANY, NULL);
    return judge_prediction(server, response->status, answer, prediction, diags);
}

char *cog_server_refusal(const struct cog_http_response *response)
{
    json_auto_t *answer = json_loadb(response->body, response->size, JSON_DECODE_ANY, NULL);
    const json_t *details = json_object_get(answer, "detail");
    const char *detail = json_string_value(details);
    struct cog_diags refusals;

    if (detail)
        return cog_strdup(detail);
    cog_diags_init(&refusals, "");
    (void)report_refusal(answer, &refusals);
    char *text = cog_diags_messages(&refusals);
    cog_diags_release(&refusals);
    return text;
}

int cog_server_predict(const struct cog_server *server, const json_t *request,
                       json_t **prediction, struct cog_diags *diags)
{
    static const char *const headers[] = {"Content-Type: application/json", NULL};
    const char *id = json_string_value(json_object_get(request, "id"));
    auto_free char *url = cog_server_url(server, id);
    const char *path = url + strlen(server->url);
    auto_free char *body = json_dumps(request, JSON_COMPACT);
    struct cog_http_response response;
    json_t *ignored;

    int result = call(server,
                      (struct cog_http_request){.method = id ? "PUT" : "POST",
                                                .headers = headers,
                                                .body = body,
                                                .body_size = strlen(body),
                                                .timeout_ms = server->timeout_ms},
                      path, &response, &ignored);
    result = cog_server_judge(server, result, &response, prediction, diags);
    json_decref(ignored);
    cog_http_response_release(&response);
    return result;
}
