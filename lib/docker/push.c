/* push.c - has a Docker Engine push an image of its store. */
#include "docker/push.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/digest.h"
#include "base/doc.h"
#include "http/url.h"

/* The header that carries a login: JSON in the base64 of URLs. The caller frees it. */
static char *login_header(const struct cog_push_login *login)
{
    json_auto_t *object = json_object();

    if (login && *login->user) {
        json_object_set_new(object, "username", json_string(login->user));
        json_object_set_new(object, "password", json_string(login->secret));
        json_object_set_new(object, "serveraddress", json_string(login->host));
    } else if (login) {
        json_object_set_new(object, "identitytoken", json_string(login->secret));
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

/* Reads the answer, one object a line. Returns the error in it, or NULL; the caller frees
 * both. */
static char *read_lines(const char *body, size_t size, char **digest)
{
    char *error = NULL;

    for (const char *line = body, *end = body + size; line < end;) {
        const char *newline = memchr(line, '\n', (size_t)(end - line));
        const char *stop = newline ? newline : end;
        json_auto_t *object = json_loadb(line, (size_t)(stop - line), 0, NULL);
        const char *reason = cog_member_text(object, "error");
        const char *found = cog_member_text(json_object_get(object, "aux"), "Digest");
        if (reason) {
            free(error);
            error = cog_strdup(reason);
        }
        if (found) {
            free(*digest);
            *digest = cog_strdup(found);
        }
        line = stop + 1;
    }
    return error;
}

/* Returns what went wrong, or NULL; the caller frees both. */
static char *read_answer(const struct cog_http_response *response, char **digest)
{
    char *error = read_lines(response->body, response->size, digest);

    if (error || response->status == 200)
        return error;
    json_auto_t *said = json_loadb(response->body, response->size, 0, NULL);
    const char *message = cog_member_text(said, "message");
    return message ? cog_strdup(message) : cog_printf("status %ld", response->status);
}

static int fail(const char *name, const char *reason, struct cog_diags *diags)
{
    return cog_report(diags, COG_FAILURE, (struct cog_pos){0}, "engine.push",
                      "the engine cannot push %s: %s", name, reason);
}

int cog_engine_push(const struct cog_engine *engine, const char *name,
                    const struct cog_push_login *login, struct cog_push_report *report,
                    char **digest, struct cog_diags *diags)
{
    const char *colon = strrchr(name, ':');
    auto_free char *repository = cog_strndup(name, (size_t)(colon - name));
    auto_free char *tag = cog_http_escape(colon + 1);
    auto_free char *path = cog_printf("/images/%s/push?tag=%s", repository, tag);
    auto_free char *header = login_header(login), *url = NULL;
    const char *headers[] = {header, NULL};
    struct cog_http_request request = cog_engine_request(engine, path, &url);
    struct cog_http_response response;

    *digest = NULL;
    request.method = "POST";
    request.headers = headers;
    request.seen = cog_push_report_feed;
    request.seen_context = report;
    cog_push_report_begin(report, name);
    int result = cog_http_send(engine->http, &request, &response);
    auto_free char *error = result == COG_HTTP_OK       ? read_answer(&response, digest)
                            : result == COG_HTTP_FAILED ? cog_strdup(response.error)
                                                        : NULL;
    cog_push_report_end(report,
                        result == COG_HTTP_INTERRUPTED ? "context canceled" : error);
    cog_http_response_release(&response);
    return error ? fail(name, error, diags) : result == COG_HTTP_OK ? 0 : -1;
}
