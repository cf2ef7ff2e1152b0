/* events.c - reads an event stream. */
#include "predict/events.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/doc.h"
#include "base/exit.h"
#include "base/text.h"
#include "http/pool.h"
#include "predict/json_print.h"

enum { STEP_MS = 1000, MAX_LINE = 256 << 20 };

struct stream {
    char *text; /* what came and is no whole event yet */
    size_t size;
    json_t *last; /* what the last event said; NULL: none came */
    bool completed;
    int written; /* 0, or -1 once stdout took no more */
    struct cog_diags *diags;
};

/* The value of a field in an event's text, its lines joined; NULL: there is none. The
 * caller frees it. */
static char *field(const char *event, const char *name)
{
    char *value = NULL;
    size_t length = strlen(name);

    for (const char *line = event; *line;
         line += strcspn(line, "\n"), line += *line != '\0') {
        if (strncmp(line, name, length) != 0 || line[length] != ':')
            continue;
        const char *text = line + length + 1 + (line[length + 1] == ' ');
        auto_free char *before = value;
        auto_free char *part = cog_strndup(text, strcspn(text, "\r\n"));
        value = cog_printf("%s%s%s", before ? before : "", before ? "\n" : "", part);
    }
    return value;
}

static void take_event(struct stream *stream, const char *event)
{
    auto_free char *name = field(event, "event"), *data = field(event, "data");
    json_t *value = data ? json_loads(data, JSON_DECODE_ANY, NULL) : NULL;

    if (!data)
        return; /* a comment, to keep the connection */
    json_auto_t *line = json_pack("{s:s, s:o}", "event", name ? name : "message", "data",
                                  value ? value : json_string(data));
    auto_free char *text = cog_json_line(line);
    if (stream->written == 0)
        stream->written =
            cog_write_all(stdout, "<stdout>", text, strlen(text), stream->diags);
    json_decref(stream->last);
    stream->last = json_incref(json_object_get(line, "data"));
    stream->completed = name && strcmp(name, "completed") == 0;
}

/* Where the first event of `text` ends, behind its empty line; NULL: it does not yet. */
static char *event_end(char *text)
{
    char *one = strstr(text, "\n\n"), *other = strstr(text, "\r\n\r\n");

    if (other && (!one || other < one))
        return other + 4;
    return one ? one + 2 : NULL;
}

/* A cog_http_sink. */
static void take(void *context, const char *bytes, size_t size)
{
    struct stream *stream = context;
    char *begin, *end;

    if (stream->size + size > MAX_LINE)
        return;
    stream->text = cog_realloc(stream->text, stream->size + size + 1, 1);
    memcpy(stream->text + stream->size, bytes, size);
    stream->size += size;
    stream->text[stream->size] = '\0';
    for (begin = stream->text; (end = event_end(begin)); begin = end) {
        auto_free char *event = cog_strndup(begin, (size_t)(end - begin));
        take_event(stream, event);
    }
    stream->size -= (size_t)(begin - stream->text);
    memmove(stream->text, begin, stream->size + 1);
}

static int judge(const struct cog_server *server, const struct stream *stream, int result,
                 struct cog_http_response *response)
{
    static const struct cog_pos nowhere = {0};
    const char *status = json_string_value(json_object_get(stream->last, "status"));
    const char *error = json_string_value(json_object_get(stream->last, "error"));
    json_auto_t *ignored = NULL;

    if (stream->completed && status && strcmp(status, "succeeded") == 0)
        return stream->written == 0 ? COG_SERVER_OK : COG_SERVER_REPORTED;
    if (stream->completed)
        return cog_report(stream->diags, COG_ERROR, nowhere, "predict.failed",
                          "the prediction %s%s%s", status ? status : "failed",
                          error ? ": " : "", error ? error : "");
    if (result == COG_HTTP_OK && response->status == 406)
        return cog_report(
            stream->diags, COG_ERROR, nowhere, "predict.stream",
            "this model does not support streaming responses; leave out --stream");
    free(response->body); /* the sink has it */
    response->body = cog_strdup(stream->text ? stream->text : "");
    response->size = strlen(response->body);
    return cog_server_judge(server, result, response, &ignored, stream->diags);
}

int cog_events_run(const struct cog_server *server, const json_t *request,
                   struct cog_diags *diags)
{
    static const char *const headers[] = {"Content-Type: application/json",
                                          "Accept: text/event-stream", NULL};
    const char *id = json_string_value(json_object_get(request, "id"));
    auto_free char *body = json_dumps(request, JSON_COMPACT);
    auto_free char *url = cog_server_url(server, id);
    const struct cog_http_request sent = {.method = id ? "PUT" : "POST",
                                          .url = url,
                                          .ca_text = server->ca_text,
                                          .socket = server->socket,
                                          .headers = headers,
                                          .body = body,
                                          .body_size = strlen(body),
                                          .timeout_ms = server->timeout_ms};
    struct cog_http_pool *pool = cog_http_pool_new(server->http, 1);
    struct stream stream = {.diags = diags};
    struct cog_http_response response = {0};
    int result = COG_HTTP_OK, ended = COG_HTTP_INTERRUPTED;
    size_t slot;

    cog_http_pool_send(pool, 0, &sent, take, &stream);
    while (result == COG_HTTP_OK && stream.written == 0 &&
           !cog_http_pool_take(pool, &slot, &ended, &response))
        result = cog_http_pool_wait(pool, STEP_MS, -1, NULL);
    result = result != COG_HTTP_OK ? COG_EXIT_INTERRUPTED
             : stream.written < 0  ? COG_SERVER_REPORTED
                                   : judge(server, &stream, ended, &response);
    cog_http_response_release(&response);
    cog_http_pool_free(pool);
    json_decref(stream.last);
    free(stream.text);
    return result;
}
