/* filter.c - a window over the requests: read, sent, answered, written. */
#include "predict/filter.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/doc.h"
#include "base/exit.h"
#include "http/pool.h"
#include "predict/bar.h"
#include "predict/json_print.h"
#include "predict/request.h"

enum {
    AHEAD = 64,           /* requests beyond those in flight */
    MAX_BYTES = 64 << 20, /* of requests and answers that wait, before more is read */
    STEP_MS = 200,
    BUSY_MS = 50,
    BUSY_TRIES = 100, /* with nothing in flight that could make room */
};

static const char input_name[] = "<stdin>";

/* A request, from reading to writing. */
struct entry {
    enum { FREE, READY, SENT, DONE } state;
    unsigned line;
    char *id; /* or NULL */
    char *url, *body;
    char *answer; /* a line */
    bool failed;
    size_t slot;
};

struct run {
    struct cog_filter *filter;
    const struct cog_server *server;
    const json_t *openapi;
    struct cog_http_pool *pool;
    bool *taken; /* by slot */
    struct entry *window;
    size_t size, begin, count; /* of the window: a ring */
    size_t in_flight, bytes;
    size_t limit;   /* of those in flight, as the server has room */
    unsigned tries; /* to find room, with nothing in flight */
    unsigned long long skipped;
    bool begun; /* with the first request */
    struct cog_bar bar;
    struct cog_diags *diags;
};

static struct entry *entry_at(const struct run *run, size_t index)
{
    return &run->window[(run->begin + index) % run->size];
}

static void set_answer_take(struct run *run, struct entry *entry, char *answer, bool failed)
{
    run->bytes -= entry->body ? strlen(entry->body) : 0;
    free(entry->url);
    free(entry->body);
    entry->url = entry->body = NULL;
    entry->answer = answer;
    entry->failed = failed;
    entry->state = DONE;
    run->bytes += strlen(answer);
}

/* The request was wrong, was refused or got no answer. */
static int fail(struct run *run, struct entry *entry, const char *error)
{
    json_auto_t *object =
        json_pack("{s:s, s:n, s:s}", "error", error, "output", "status", "failed");

    if (!object) /* text that is not UTF-8 */
        object = json_pack("{s:s, s:n, s:s}", "error", "the request is not UTF-8", "output",
                           "status", "failed");
    if (entry->id)
        json_object_set_new(object, "id", json_string(entry->id));
    cog_bar_clear(&run->bar, run->diags);
    cog_report(run->diags, COG_ERROR, (struct cog_pos){input_name, entry->line, 0},
               "predict.failed", "%s", error);
    set_answer_take(run, entry, cog_json_line(object), true);
    return COG_SERVER_OK;
}

/* Makes the text of a request ready to be sent, or fails it. */
static void prepare(struct run *run, struct entry *entry, const char *text, size_t size)
{
    struct cog_diags refusals;

    cog_diags_init(&refusals, input_name);
    json_auto_t *request = cog_request_parse(text, size, run->openapi, &refusals);
    cog_request_set_context(request, run->filter->context);
    const char *id = json_string_value(json_object_get(request, "id"));
    entry->id = id ? cog_strdup(id) : NULL;
    if (request && refusals.errors == 0) {
        entry->url = cog_server_url(run->server, id);
        entry->body = json_dumps(request, JSON_COMPACT);
        entry->state = READY;
        run->bytes += strlen(entry->body);
    } else {
        auto_free char *error = cog_diags_messages(&refusals);
        (void)fail(run, entry, error);
    }
    cog_diags_release(&refusals);
}

static bool wants_more(const struct run *run)
{
    return run->count < run->size && (run->bytes < MAX_BYTES || run->count == 0);
}

/* As cog_reader_next(), after the one that was read to begin with. */
static bool next_request(struct run *run, const char **text, size_t *size, unsigned *line)
{
    struct cog_filter *filter = run->filter;

    if (run->begun)
        return cog_reader_next(&filter->reader, text, size, line);
    run->begun = true;
    *text = filter->first;
    *size = filter->first_size;
    *line = filter->first_line;
    return true;
}

/* Fills the window with what was read. Returns whether more has to be read for that. */
static bool take_requests(struct run *run)
{
    const char *text;
    size_t size;
    unsigned line;

    while (wants_more(run) && next_request(run, &text, &size, &line)) {
        if (run->skipped < run->filter->skip) {
            run->skipped++;
            run->filter->done++;
            continue;
        }
        struct entry *entry = entry_at(run, run->count++);
        *entry = (struct entry){.line = line};
        prepare(run, entry, text, size);
    }
    return wants_more(run) && !run->filter->reader.ended;
}

static void send_entry(struct run *run, struct entry *entry, size_t slot)
{
    static const char *const headers[] = {"Content-Type: application/json", NULL};
    const struct cog_http_request request = {
        .method = entry->id ? "PUT" : "POST",
        .url = entry->url,
        .ca_text = run->server->ca_text,
        .socket = run->server->socket,
        .headers = headers,
        .body = entry->body,
        .body_size = strlen(entry->body),
        .limit = COG_SERVER_MAX_ANSWER,
        .timeout_ms = run->server->timeout_ms,
    };

    entry->slot = slot;
    entry->state = SENT;
    run->taken[slot] = true;
    run->in_flight++;
    cog_http_pool_send(run->pool, slot, &request, NULL, NULL);
}

static void send_ready(struct run *run)
{
    size_t slot = 0;

    for (size_t i = 0; i < run->count && run->in_flight < run->limit; i++) {
        if (entry_at(run, i)->state != READY)
            continue;
        while (run->taken[slot])
            slot++;
        send_entry(run, entry_at(run, i), slot);
    }
}

static struct entry *entry_of(const struct run *run, size_t slot)
{
    for (size_t i = 0; i < run->count; i++)
        if (entry_at(run, i)->state == SENT && entry_at(run, i)->slot == slot)
            return entry_at(run, i);
    abort();
}

static void take_prediction(struct run *run, struct entry *entry, const json_t *prediction)
{
    const char *status = json_string_value(json_object_get(prediction, "status"));
    const char *error = json_string_value(json_object_get(prediction, "error"));
    bool failed = strcmp(status, "succeeded") != 0;

    if (failed) {
        cog_bar_clear(&run->bar, run->diags);
        cog_report(run->diags, COG_ERROR, (struct cog_pos){input_name, entry->line, 0},
                   "predict.failed", "the prediction %s%s%s", status, error ? ": " : "",
                   error ? error : "");
    }
    set_answer_take(run, entry, cog_json_line(prediction), failed);
}

/* The server has no room: from now on fewer are in flight; what still runs makes some, or a
 * moment is waited. Returns COG_SERVER_OK, or what to end with. */
static int wait_for_room(struct run *run, struct entry *entry,
                         const struct cog_http_response *response)
{
    json_t *none = NULL;

    entry->state = READY;
    run->limit = run->in_flight > 0 ? run->in_flight : 1;
    if (run->in_flight > 0)
        return COG_SERVER_OK;
    if (++run->tries > BUSY_TRIES)
        return cog_server_judge(run->server, COG_HTTP_OK, response, &none, run->diags);
    return cog_http_wait(run->server->http, BUSY_MS) == COG_HTTP_OK ? COG_SERVER_OK
                                                                    : COG_EXIT_INTERRUPTED;
}

static int take_answer(struct run *run, struct entry *entry, int result,
                       const struct cog_http_response *response)
{
    json_auto_t *prediction = NULL;

    if (result == COG_HTTP_FAILED && response->late) {
        auto_free char *error =
            cog_printf("no answer within %ld seconds", run->server->timeout_ms / 1000);
        return fail(run, entry, error);
    }
    if (result == COG_HTTP_OK && response->status == 409)
        return wait_for_room(run, entry, response);
    run->tries = 0;
    if (result == COG_HTTP_OK && (response->status == 422 || response->status == 413)) {
        auto_free char *error = cog_server_refusal(response);
        return fail(run, entry, error);
    }
    int judged = cog_server_judge(run->server, result, response, &prediction, run->diags);
    if (judged == COG_SERVER_OK)
        take_prediction(run, entry, prediction);
    return judged;
}

static int take_answers(struct run *run)
{
    struct cog_http_response response;
    int result, judged = COG_SERVER_OK;
    size_t slot;

    while (judged == COG_SERVER_OK &&
           cog_http_pool_take(run->pool, &slot, &result, &response)) {
        struct entry *entry = entry_of(run, slot);
        run->taken[slot] = false;
        run->in_flight--;
        judged = take_answer(run, entry, result, &response);
        cog_http_response_release(&response);
    }
    return judged;
}

static void release_entry(struct entry *entry)
{
    free(entry->id);
    free(entry->url);
    free(entry->body);
    free(entry->answer);
    *entry = (struct entry){0};
}

/* Writes what is there, in order. Returns 0 or -1. */
static int write_answers(struct run *run)
{
    bool any = false;

    for (; run->count > 0 && run->window[run->begin].state == DONE; any = true) {
        struct entry *entry = &run->window[run->begin];
        run->bytes -= strlen(entry->answer);
        (void)fputs(entry->answer, stdout);
        run->filter->done++;
        run->filter->failed += entry->failed;
        release_entry(entry);
        run->begin = (run->begin + 1) % run->size;
        run->count--;
    }
    if (!any)
        return 0;
    cog_diags_flush(run->diags);
    return cog_write_all(stdout, "<stdout>", "", 0, run->diags);
}

static int advance(struct run *run)
{
    struct cog_reader *reader = &run->filter->reader;
    bool readable = false;

    bool reading = take_requests(run);
    send_ready(run);
    if (write_answers(run) < 0)
        return COG_SERVER_REPORTED;
    cog_bar_show(&run->bar, run->filter->done, run->filter->failed, reader->read,
                 run->diags);
    if ((reading || run->in_flight > 0) &&
        cog_http_pool_wait(run->pool, STEP_MS, reading ? reader->fd : -1, &readable) !=
            COG_HTTP_OK)
        return COG_EXIT_INTERRUPTED;
    if (readable && cog_reader_fill(reader, run->diags) < 0)
        return COG_SERVER_REPORTED;
    return take_answers(run);
}

static bool is_done(const struct run *run)
{
    return run->begun && run->count == 0 && run->filter->reader.ended &&
           cog_reader_is_empty(&run->filter->reader);
}

int cog_filter_run(struct cog_filter *filter, const json_t *openapi,
                   const struct cog_server *server, struct cog_diags *diags)
{
    int result = COG_SERVER_OK;

    if (filter->at_once == 0)
        filter->at_once = 1;
    struct run run = {.filter = filter,
                      .server = server,
                      .openapi = openapi,
                      .pool = cog_http_pool_new(server->http, filter->at_once),
                      .taken = cog_calloc(filter->at_once, sizeof *run.taken),
                      .size = filter->at_once + AHEAD,
                      .limit = filter->at_once,
                      .diags = diags};
    run.window = cog_calloc(run.size, sizeof *run.window);
    cog_bar_init(&run.bar, filter->bar, filter->size);
    while (result == COG_SERVER_OK && !is_done(&run))
        result = advance(&run);
    cog_bar_clear(&run.bar, diags);
    if (result != COG_SERVER_REPORTED) /* what was finished is not lost */
        (void)write_answers(&run);
    for (size_t i = 0; i < run.size; i++)
        release_entry(&run.window[i]);
    cog_http_pool_free(run.pool);
    free(run.window);
    free(run.taken);
    return result == COG_SERVER_OK && filter->failed ? COG_SERVER_REPORTED : result;
}
