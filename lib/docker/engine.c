/* engine.c - calls to the Docker Engine. */
#include "docker/engine.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"

enum { CALL_MS = 120000 }; /* an engine that unpacks an image may be slow to answer */

static const struct cog_pos nowhere = {0};

void cog_engine_answer_release(struct cog_engine_answer *answer)
{
    json_decref(answer->body);
    free(answer->message);
    *answer = (struct cog_engine_answer){0};
}

struct cog_http_request cog_engine_request(const struct cog_engine *engine,
                                           const char *path, char **url)
{
    const struct cog_endpoint *endpoint = engine->endpoint;

    *url = cog_printf("%s%s", endpoint->url, path);
    return (struct cog_http_request){
        .url = *url,
        .socket = endpoint->socket,
        .peer = endpoint->peer,
        .ca_file = endpoint->ca_file,
        .cert_file = endpoint->cert_file,
        .key_file = endpoint->key_file,
    };
}

void cog_engine_answer_read(struct cog_engine_answer *answer,
                            const struct cog_http_response *response)
{
    answer->status = response->status;
    answer->body = json_loadb(response->body, response->size, JSON_DECODE_ANY, NULL);
    const char *message = json_string_value(json_object_get(answer->body, "message"));
    if (!message && response->status >= 400)
        message = response->body;
    answer->message = cog_strdup(message ? message : "");
    answer->message[strcspn(answer->message, "\n")] = '\0';
}

/* What a person can do about a connection that failed. */
static const char *remedy(const struct cog_endpoint *endpoint, int number)
{
    if (number == EACCES)
        return "; you may not use it: join its group (\"sudo usermod -aG docker $USER\", "
               "then "
               "log in again)";
    if (endpoint->socket && (number == ENOENT || number == ECONNREFUSED))
        return "; start Docker (\"sudo systemctl start docker\"), or name another engine "
               "with "
               "DOCKER_HOST";
    return number ? "; does DOCKER_HOST or the context name the right machine?" : "";
}

/* Whether a server of gRPC was there: it begins with HTTP/2, or answers as such when TLS
 * let both sides agree on that. */
static bool is_bare(const struct cog_engine *engine, int result,
                    const struct cog_http_response *response)
{
    static const char grpc[] = "application/grpc";
    const char *type = cog_http_header(engine->http, "content-type", 0);

    if (result == COG_HTTP_FAILED)
        return response->foreign;
    return result == COG_HTTP_OK && type && strncmp(type, grpc, sizeof grpc - 1) == 0;
}

static int report_bare(const struct cog_engine *engine, struct cog_diags *diags)
{
    bool fatal = engine->absence == COG_FAILURE;

    cog_report(diags, fatal ? COG_ERROR : engine->absence, nowhere, "engine.bare",
               "%s (from %s) is BuildKit without a Docker Engine, which builds images and "
               "has no containers; name a Docker Engine, or give this address as "
               "BUILDKIT_HOST, which is for builds alone",
               engine->endpoint->name, engine->endpoint->origin);
    return COG_HTTP_FAILED;
}

int cog_engine_call(const struct cog_engine *engine, const char *method, const char *path,
                    const json_t *body, struct cog_engine_answer *answer,
                    struct cog_diags *diags)
{
    static const char *const headers[] = {"Content-Type: application/json", NULL};
    auto_free char *url = NULL, *text = body ? json_dumps(body, JSON_COMPACT) : NULL;
    struct cog_http_request request = cog_engine_request(engine, path, &url);
    struct cog_http_response response;

    *answer = (struct cog_engine_answer){0};
    request.method = method;
    request.body = text;
    request.body_size = text ? strlen(text) : 0;
    request.headers = text ? headers : NULL;
    request.timeout_ms = CALL_MS;
    int result = cog_http_send(engine->http, &request, &response);
    if (is_bare(engine, result, &response))
        result = report_bare(engine, diags);
    else if (result == COG_HTTP_OK)
        cog_engine_answer_read(answer, &response);
    else if (result == COG_HTTP_FAILED)
        cog_report(diags, engine->absence, nowhere, "engine.unreachable",
                   "no Docker Engine answers at %s (from %s): %s%s", engine->endpoint->name,
                   engine->endpoint->origin, response.error,
                   remedy(engine->endpoint, response.number));
    cog_http_response_release(&response);
    return result;
}

int cog_engine_ping(const struct cog_engine *engine, struct cog_diags *diags)
{
    struct cog_engine_answer answer;
    int result = cog_engine_call(engine, "GET", "/_ping", NULL, &answer, diags);

    cog_engine_answer_release(&answer);
    return result == COG_HTTP_OK ? 0 : -1;
}
