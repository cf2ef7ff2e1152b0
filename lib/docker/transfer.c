/* transfer.c - has a Docker Engine push or pull, and follows what it tells of it. */
#include "docker/transfer.h"

#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/digest.h"
#include "docker/transfer_report.h"
#include "http/pool.h"
#include "http/refusal.h"
#include "http/url.h"

enum { TICK_MS = 100 };

/* The header that carries a login: JSON in the base64 of URLs. The caller frees it. */
static char *login_header(const struct cog_transfer *transfer)
{
    bool hub = strcmp(transfer->host, "docker.io") == 0;
    json_auto_t *object = json_object();

    if (transfer->user && *transfer->user) {
        json_object_set_new(object, "username", json_string(transfer->user));
        json_object_set_new(object, "password", json_string(transfer->secret));
        json_object_set_new(
            object, "serveraddress",
            json_string(hub ? "https://index.docker.io/v1/" : transfer->host));
    } else if (transfer->user) {
        json_object_set_new(object, "identitytoken", json_string(transfer->secret));
    }
    auto_free char *text = json_dumps(object, JSON_COMPACT);
    auto_free char *base64 = cog_base64(text, strlen(text));
    for (char *at = base64; *at; at++) {
        if (*at == '+')
            *at = '-';
        else if (*at == '/')
            *at = '_';
    }
    return cog_printf("X-Registry-Auth: %s", base64);
}

/* The path of the request. The caller frees it. */
static char *request_path(const struct cog_transfer *transfer)
{
    const char *colon = strrchr(transfer->name, ':');
    const char *at = strchr(transfer->name, '@'), *end = at ? at : colon;
    auto_free char *repository =
        cog_strndup(transfer->name, (size_t)(end - transfer->name));
    auto_free char *tag = cog_http_escape(end + 1);

    if (!transfer->pull)
        return cog_printf("/images/%s/push?tag=%s", repository, tag);
    auto_free char *escaped = cog_http_escape(repository);
    return cog_printf("/images/create?fromImage=%s&tag=%s", escaped, tag);
}

static int fail(const struct cog_transfer *transfer, const char *reason,
                struct cog_diags *diags)
{
    const struct cog_refusal refusal = {.pull = transfer->pull,
                                        .host = transfer->host,
                                        .name = transfer->name,
                                        .user = transfer->user,
                                        .reason = reason};

    if (cog_refusal_report(&refusal, diags) < 0)
        return -1;
    return cog_report(diags, COG_FAILURE, (struct cog_pos){0},
                      transfer->pull ? "engine.pull" : "engine.push",
                      "the engine cannot %s %s: %s", transfer->pull ? "pull" : "push",
                      transfer->name, reason);
}

/* Waits for the end of it. Returns a cog_http_result. */
static int follow(struct cog_http_pool *pool, const struct cog_transfer *transfer,
                  struct cog_http_response *response)
{
    int result = COG_HTTP_OK;
    size_t slot;

    *response = (struct cog_http_response){.body = cog_strdup("")};
    while (result == COG_HTTP_OK) {
        struct cog_http_response found;
        int outcome;
        result = cog_http_pool_wait(pool, TICK_MS, -1, NULL);
        if (transfer->progress)
            transfer->progress(transfer->data, NULL);
        if (!cog_http_pool_take(pool, &slot, &outcome, &found))
            continue;
        cog_http_response_release(response);
        *response = found;
        return outcome;
    }
    return result;
}

/* What it came to. */
static int conclude(struct cog_transfer_report *report,
                    const struct cog_http_response *response, int result, char **digest,
                    struct cog_diags *diags)
{
    bool interrupted = result == COG_HTTP_INTERRUPTED;

    cog_transfer_report_end(report, interrupted ? "context canceled" : response->error);
    if (interrupted)
        return -1;
    auto_free char *status = cog_printf("status %ld", response->status);
    const char *reason = result == COG_HTTP_FAILED ? response->error : report->error;
    if (!reason && response->status != 200)
        reason = status;
    if (reason)
        return fail(report->transfer, reason, diags);
    *digest = report->digest;
    report->digest = NULL;
    return 0;
}

int cog_transfer_run(const struct cog_engine *engine, const struct cog_transfer *transfer,
                     char **digest, struct cog_diags *diags)
{
    auto_free char *path = request_path(transfer), *header = login_header(transfer);
    auto_free char *url = NULL;
    const char *headers[] = {header, NULL};
    struct cog_http_request request = cog_engine_request(engine, path, &url);
    struct cog_http_pool *pool = cog_http_pool_new(engine->http, 1);
    struct cog_transfer_report report;
    struct cog_http_response response;

    *digest = NULL;
    request.method = "POST";
    request.headers = headers;
    cog_transfer_report_init(&report, transfer);
    cog_http_pool_send(pool, 0, &request, cog_transfer_report_add, &report);
    int result = follow(pool, transfer, &response);
    result = conclude(&report, &response, result, digest, diags);
    cog_http_response_release(&response);
    cog_transfer_report_release(&report);
    cog_http_pool_free(pool);
    return result;
}
