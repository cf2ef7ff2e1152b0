/* http.c - a multi handle of libcurl with one exchange and one followed answer. */
#include "http/http.h"

#include <curl/curl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/signals.h"
#include "http/failure.h"
#include "http/url.h"

enum {
    CONNECT_MS = 10000,
    DEFAULT_LIMIT = 64 << 20,
    STEP_MS = 1000, /* how long libcurl may sleep when nothing happens */
};

struct cog_http {
    CURLM *multi;
    CURL *exchange, *followed; /* `followed`: NULL when nothing is */
    struct curl_slist *headers, *followed_headers;
    cog_http_sink sink;
    void *sink_context;
    bool answers; /* the followed request has a status */
    int signals;  /* a signalfd, or -1 */
    unsigned interrupts;
    bool shielded; /* from them */
};

/* Where an answer's body is collected. */
struct collector {
    struct cog_http_response *response;
    size_t limit, capacity;
    bool full;
};

/* What is asked of libcurl is refused only when it was built without it. */
static void must(CURLcode code)
{
    if (code != CURLE_OK)
        abort();
}

static void *resize(void *old, size_t size)
{
    return cog_realloc(old, 1, size);
}

/* libcurl allocates as everything does here: out of memory is not its to handle. */
struct cog_http *cog_http_new(void)
{
    struct cog_http *http = cog_alloc(sizeof *http);

    must(curl_global_init_mem(CURL_GLOBAL_DEFAULT, cog_alloc, free, resize, cog_strdup,
                              cog_calloc));
    http->signals = -1;
    http->multi = curl_multi_init();
    http->exchange = curl_easy_init();
    if (!http->multi || !http->exchange)
        cog_out_of_memory();
    return http;
}

static void stop_following(struct cog_http *http)
{
    if (!http->followed)
        return;
    curl_multi_remove_handle(http->multi, http->followed);
    curl_easy_cleanup(http->followed);
    curl_slist_free_all(http->followed_headers);
    http->followed = NULL;
    http->followed_headers = NULL;
}

void cog_http_free(struct cog_http *http)
{
    if (!http)
        return;
    stop_following(http);
    curl_easy_cleanup(http->exchange);
    curl_slist_free_all(http->headers);
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

void cog_http_response_release(struct cog_http_response *response)
{
    free(response->body);
    free(response->error);
    *response = (struct cog_http_response){0};
}

static size_t collect(char *bytes, size_t one, size_t size, void *context)
{
    struct collector *to = context;
    struct cog_http_response *response = to->response;

    (void)one; /* always 1 */
    if (size > to->limit - response->size) {
        to->full = true;
        return 0;
    }
    if (response->size + size >= to->capacity) {
        to->capacity = 2 * (response->size + size) + 1;
        response->body = cog_realloc(response->body, to->capacity, 1);
    }
    memcpy(response->body + response->size, bytes, size);
    response->size += size;
    response->body[response->size] = '\0';
    return size;
}

static size_t pass_on(char *bytes, size_t one, size_t size, void *context)
{
    const struct cog_http *http = context;

    (void)one;
    http->sink(http->sink_context, bytes, size);
    return size;
}

static struct curl_slist *header_list(const struct cog_http_request *request)
{
    struct curl_slist *list = NULL;

    for (size_t i = 0; request->headers && request->headers[i]; i++)
        list = curl_slist_append(list, request->headers[i]);
    if (request->body) /* "100 Continue" would cost a second where it is not known */
        list = curl_slist_append(list, "Expect:");
    return list;
}

static void set_body(CURL *handle, const struct cog_http_request *request)
{
    const char *method = request->method ? request->method : "GET";

    if (request->body || strcmp(method, "POST") == 0) {
        must(curl_easy_setopt(handle, CURLOPT_POSTFIELDS,
                              request->body ? request->body : ""));
        must(curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE,
                              (curl_off_t)request->body_size));
    }
    must(curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, method));
}

static void set_redirects(CURL *handle, const struct cog_http_request *request)
{
    bool secure = strncmp(request->url, "https:", 6) == 0;

    must(
        curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, request->redirects > 0 ? 1L : 0L));
    must(curl_easy_setopt(handle, CURLOPT_MAXREDIRS, (long)request->redirects));
    must(curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https"));
    must(curl_easy_setopt(handle, CURLOPT_REDIR_PROTOCOLS_STR,
                          secure ? "https" : "http,https"));
}

static bool is_local(const struct cog_http_request *request)
{
    const char *scheme = strstr(request->url, "://");

    return request->socket || (scheme && cog_is_loopback(scheme + 3));
}

static void set_up(CURL *handle, const struct cog_http_request *request,
                   struct curl_slist *headers)
{
    struct curl_blob authorities = {.data = (char *)request->ca_text,
                                    .len = request->ca_text ? strlen(request->ca_text) : 0,
                                    .flags = CURL_BLOB_COPY};

    curl_easy_reset(handle);
    must(curl_easy_setopt(handle, CURLOPT_URL, request->url));
    must(curl_easy_setopt(handle, CURLOPT_UNIX_SOCKET_PATH, request->socket));
    if (is_local(request))
        must(curl_easy_setopt(handle, CURLOPT_NOPROXY, "*"));
    if (request->ca_file)
        must(curl_easy_setopt(handle, CURLOPT_CAINFO, request->ca_file));
    if (request->ca_text)
        must(curl_easy_setopt(handle, CURLOPT_CAINFO_BLOB, &authorities));
    if (request->cert_file) {
        must(curl_easy_setopt(handle, CURLOPT_SSLCERT, request->cert_file));
        must(curl_easy_setopt(handle, CURLOPT_SSLKEY, request->key_file));
    }
    must(curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers));
    must(curl_easy_setopt(handle, CURLOPT_USERAGENT, "cog/" COG_VERSION));
    must(curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L));
    must(curl_easy_setopt(handle, CURLOPT_TCP_KEEPALIVE, 1L));
    must(curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS));
    must(curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, request->timeout_ms));
    set_body(handle, request);
    set_redirects(handle, request);
}

/* Sleeps until something happens, at most `milliseconds`, and lets libcurl work. */
static int step(struct cog_http *http, long milliseconds)
{
    struct curl_waitfd interrupt = {.fd = http->signals, .events = CURL_WAIT_POLLIN};
    unsigned count = http->signals >= 0 && !http->shielded;
    int running;

    if (count && cog_http_interrupted(http))
        return COG_HTTP_INTERRUPTED;
    if (curl_multi_poll(http->multi, &interrupt, count, (int)milliseconds, NULL) !=
            CURLM_OK ||
        curl_multi_perform(http->multi, &running) != CURLM_OK)
        abort(); /* wrong use of the handle, or memory */
    return count && cog_http_interrupted(http) ? COG_HTTP_INTERRUPTED : COG_HTTP_OK;
}

/* Whether `handle` has come to its end, and how. Ends of the followed one are noticed in
 * passing. */
static bool has_ended(struct cog_http *http, const CURL *handle, CURLcode *code)
{
    const CURLMsg *message;
    bool ended = false;
    int left;

    while ((message = curl_multi_info_read(http->multi, &left))) {
        if (message->easy_handle == handle) {
            *code = message->data.result;
            ended = true;
        } else if (message->easy_handle == http->followed) {
            stop_following(http);
        }
    }
    return ended;
}

/* Returns a cog_http_result, with libcurl's own word in `*code` unless interrupted. */
static int run(struct cog_http *http, CURLcode *code)
{
    int result = COG_HTTP_OK;

    if (curl_multi_add_handle(http->multi, http->exchange) != CURLM_OK)
        abort();
    while (result == COG_HTTP_OK && !has_ended(http, http->exchange, code))
        result = step(http, STEP_MS);
    curl_multi_remove_handle(http->multi, http->exchange);
    return result;
}

int cog_http_send(struct cog_http *http, const struct cog_http_request *request,
                  struct cog_http_response *response)
{
    char reason[CURL_ERROR_SIZE] = "";
    struct collector collector = {
        .response = response,
        .limit = request->limit ? request->limit : DEFAULT_LIMIT,
    };
    CURLcode code = CURLE_OK;
    curl_off_t seconds = 0;

    *response = (struct cog_http_response){.body = cog_strdup("")};
    curl_slist_free_all(http->headers);
    http->headers = header_list(request);
    set_up(http->exchange, request, http->headers);
    must(curl_easy_setopt(http->exchange, CURLOPT_ERRORBUFFER, reason));
    must(curl_easy_setopt(http->exchange, CURLOPT_WRITEFUNCTION, collect));
    must(curl_easy_setopt(http->exchange, CURLOPT_WRITEDATA, &collector));
    int result = run(http, &code);
    must(curl_easy_setopt(http->exchange, CURLOPT_ERRORBUFFER, NULL));
    if (result != COG_HTTP_OK)
        return result;
    must(curl_easy_getinfo(http->exchange, CURLINFO_RESPONSE_CODE, &response->status));
    must(curl_easy_getinfo(http->exchange, CURLINFO_RETRY_AFTER, &seconds));
    response->retry_after = seconds;
    if (code == CURLE_OK)
        return COG_HTTP_OK;
    response->broken = cog_http_is_break(code);
    if (collector.full)
        response->error =
            cog_printf("the answer is larger than %zu bytes", collector.limit);
    else
        response->error = cog_http_failure(http->exchange, code, reason);
    return COG_HTTP_FAILED;
}

const char *cog_http_header(struct cog_http *http, const char *name, size_t index)
{
    struct curl_header *header;

    if (curl_easy_header(http->exchange, name, index, CURLH_HEADER, -1, &header) !=
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
    http->followed_headers = header_list(request);
    set_up(handle, request, http->followed_headers);
    must(curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, pass_on));
    must(curl_easy_setopt(handle, CURLOPT_WRITEDATA, http));
    must(curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, notice));
    must(curl_easy_setopt(handle, CURLOPT_HEADERDATA, http));
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
        result = step(http, STEP_MS);
        (void)has_ended(http, NULL, &code);
    }
    if (http->followed)
        must(curl_easy_getinfo(http->followed, CURLINFO_RESPONSE_CODE, &status));
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
        result = step(http, left < STEP_MS ? (long)left : STEP_MS);
        (void)has_ended(http, NULL, &code);
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
