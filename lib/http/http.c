/* http.c - a multi handle of libcurl with one exchange and one followed answer. */
#include "http/private.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/signals.h"

enum { STEP_MS = 1000 }; /* how long libcurl may sleep when nothing happens */

static void *resize(void *old, size_t size)
{
    return cog_realloc(old, 1, size);
}

/* libcurl allocates as everything does here: out of memory is not its to handle. */
struct cog_http *cog_http_new(void)
{
    struct cog_http *http = cog_alloc(sizeof *http);

    cog_http_must(curl_global_init_mem(CURL_GLOBAL_DEFAULT, cog_alloc, free, resize,
                                       cog_strdup, cog_calloc));
    http->signals = -1;
    http->multi = curl_multi_init();
    http->exchange.handle = curl_easy_init();
    if (!http->multi || !http->exchange.handle)
        cog_out_of_memory();
    return http;
}

static void stop_following(struct cog_http *http)
{
    if (!http->followed)
        return;
    curl_multi_remove_handle(http->multi, http->followed);
    curl_easy_cleanup(http->followed);
    cog_http_lists_free(&http->followed_lists);
    http->followed = NULL;
}

void cog_http_free(struct cog_http *http)
{
    if (!http)
        return;
    stop_following(http);
    curl_easy_cleanup(http->exchange.handle);
    cog_http_lists_free(&http->exchange.lists);
    cog_http_response_release(&http->exchange.response);
    curl_multi_cleanup(http->multi);
    cog_auto_close(&http->signals);
    free(http);
}

void cog_http_watch_signals(struct cog_http *http)
{
    sigset_t before;
    http->signals = cog_signals_watch(&before);
}

bool cog_http_interrupted(struct cog_http *http)
{
    http->interrupts += cog_signals_take(http->signals);
    return http->interrupts > 0;
}

void cog_http_shield(struct cog_http *http, bool shielded)
{
    http->shielded = shielded;
}

static size_t pass_on(char *bytes, size_t one, size_t size, void *context)
{
    const struct cog_http *http = context;

    (void)one;
    http->sink(http->sink_context, bytes, size);
    return size;
}

int cog_http_step(struct cog_http *http, long milliseconds, int fd, bool *readable)
{
    struct curl_waitfd fds[2] = {{.fd = http->signals, .events = CURL_WAIT_POLLIN},
                                 {.fd = fd, .events = CURL_WAIT_POLLIN}};
    bool watched = http->signals >= 0 && !http->shielded;
    unsigned count = (unsigned)watched + (unsigned)(fd >= 0);
    int running;

    if (watched && http->interrupts > 0)
        return COG_HTTP_INTERRUPTED;
    if (curl_multi_poll(http->multi, fds + !watched, count, (int)milliseconds, NULL) !=
            CURLM_OK ||
        curl_multi_perform(http->multi, &running) != CURLM_OK)
        abort(); /* wrong use of the handle, or memory */
    if (readable)
        *readable = fds[1].revents != 0;
    return watched && fds[0].revents && cog_http_interrupted(http) ? COG_HTTP_INTERRUPTED
                                                                   : COG_HTTP_OK;
}

bool cog_http_take_ends(struct cog_http *http, const CURL *handle, CURLcode *code)
{
    const CURLMsg *message;
    bool ended = false;
    int left;

    while ((message = curl_multi_info_read(http->multi, &left))) {
        struct cog_http_end *end = NULL;
        cog_http_must(curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &end));
        if (message->easy_handle == handle) {
            *code = message->data.result;
            ended = true;
        } else if (message->easy_handle == http->followed) {
            stop_following(http);
        } else if (end) {
            *end = (struct cog_http_end){true, message->data.result};
        }
    }
    return ended;
}

/* Returns a cog_http_result, with libcurl's own word in `*code` unless interrupted. */
static int run(struct cog_http *http, CURLcode *code)
{
    CURL *handle = http->exchange.handle;
    int result = COG_HTTP_OK;

    if (curl_multi_add_handle(http->multi, handle) != CURLM_OK)
        abort();
    while (result == COG_HTTP_OK && !cog_http_take_ends(http, handle, code))
        result = cog_http_step(http, STEP_MS, -1, NULL);
    curl_multi_remove_handle(http->multi, handle);
    return result;
}

int cog_http_send(struct cog_http *http, const struct cog_http_request *request,
                  struct cog_http_response *response)
{
    CURLcode code = CURLE_OK;

    cog_http_response_release(&http->exchange.response);
    cog_http_prepare(&http->exchange, request);
    int result = run(http, &code);
    if (result == COG_HTTP_OK)
        return cog_http_conclude(&http->exchange, code, response);
    *response = (struct cog_http_response){.body = cog_strdup("")};
    return result;
}

const char *cog_http_header(struct cog_http *http, const char *name, size_t index)
{
    struct curl_header *header;

    if (curl_easy_header(http->exchange.handle, name, index, CURLH_HEADER, -1, &header) !=
        CURLHE_OK)
        return NULL;
    return header->value;
}

static size_t notice(char *line, size_t one, size_t size, void *context)
{
    struct cog_http *http = context;

    (void)line;
    (void)one;
    http->answers = true;
    return size;
}

static void begin_following(struct cog_http *http, const struct cog_http_request *request)
{
    CURL *handle = curl_easy_init();

    if (!handle)
        cog_out_of_memory();
    http->followed = handle;
    http->answers = false;
    http->followed_lists = cog_http_lists(request);
    cog_http_set_up(handle, request, &http->followed_lists);
    cog_http_must(curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, pass_on));
    cog_http_must(curl_easy_setopt(handle, CURLOPT_WRITEDATA, http));
    cog_http_must(curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, notice));
    cog_http_must(curl_easy_setopt(handle, CURLOPT_HEADERDATA, http));
    if (curl_multi_add_handle(http->multi, handle) != CURLM_OK)
        abort();
}

int cog_http_follow(struct cog_http *http, const struct cog_http_request *request,
                    cog_http_sink sink, void *context)
{
    int result = COG_HTTP_OK;
    CURLcode code;
    long status = 0;

    stop_following(http);
    http->sink = sink;
    http->sink_context = context;
    begin_following(http, request);
    while (result == COG_HTTP_OK && http->followed && !http->answers) {
        result = cog_http_step(http, STEP_MS, -1, NULL);
        (void)cog_http_take_ends(http, NULL, &code);
    }
    if (http->followed)
        cog_http_must(curl_easy_getinfo(http->followed, CURLINFO_RESPONSE_CODE, &status));
    if (result == COG_HTTP_OK && status / 100 != 2 && status != 101)
        result = COG_HTTP_FAILED;
    if (result != COG_HTTP_OK)
        stop_following(http);
    return result;
}

bool cog_http_following(const struct cog_http *http)
{
    return http->followed;
}

static long long milliseconds_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Drives the followed answer until time is up, or until it has ended when `drain`. */
static int drive(struct cog_http *http, long milliseconds, bool drain)
{
    long long end = milliseconds_now() + milliseconds;
    int result = COG_HTTP_OK;
    CURLcode code;

    for (;;) {
        long long left = end - milliseconds_now();
        if (left <= 0 || result != COG_HTTP_OK || (drain && !http->followed))
            return result;
        result = cog_http_step(http, left < STEP_MS ? (long)left : STEP_MS, -1, NULL);
        (void)cog_http_take_ends(http, NULL, &code);
    }
}

int cog_http_wait(struct cog_http *http, long milliseconds)
{
    return drive(http, milliseconds, false);
}

void cog_http_drain(struct cog_http *http, long milliseconds)
{
    (void)drive(http, milliseconds, true);
}
