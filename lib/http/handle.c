/* handle.c - sets up libcurl's handles and collects answers. */
#include "http/handle.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "http/url.h"

enum { CONNECT_MS = 10000, DEFAULT_LIMIT = 64 << 20 };

/* What is asked of libcurl is refused only when it was built without it. */
void cog_http_must(CURLcode code)
{
    if (code != CURLE_OK)
        abort();
}

/* errno of a connection that failed, else 0. */
static int error_number(CURL *handle, CURLcode code)
{
    long number = 0;

    return code == CURLE_COULDNT_CONNECT &&
                   curl_easy_getinfo(handle, CURLINFO_OS_ERRNO, &number) == CURLE_OK
               ? (int)number
               : 0;
}

/* The system's word for a connection that failed is shorter than libcurl's, and right for
 * unix sockets. */
static char *reason_of(CURL *handle, CURLcode code, const char *reason)
{
    int number = error_number(handle, code);

    if (number)
        return cog_strdup(strerror(number));
    return cog_strdup(*reason ? reason : curl_easy_strerror(code));
}

/* Whether there was a connection, and it broke. */
static bool is_break(CURLcode code)
{
    return code == CURLE_GOT_NOTHING || code == CURLE_PARTIAL_FILE ||
           code == CURLE_RECV_ERROR || code == CURLE_SEND_ERROR || code == CURLE_HTTP2 ||
           code == CURLE_HTTP2_STREAM;
}

void cog_http_response_release(struct cog_http_response *response)
{
    free(response->body);
    free(response->error);
    *response = (struct cog_http_response){0};
}

static size_t collect(char *bytes, size_t one, size_t size, void *context)
{
    struct cog_http_exchange *to = context;
    struct cog_http_response *response = &to->response;

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
    if (to->seen)
        to->seen(to->seen_context, bytes, size);
    return size;
}

struct cog_http_lists cog_http_lists(const struct cog_http_request *request)
{
    struct cog_http_lists lists = {0};

    for (size_t i = 0; request->headers && request->headers[i]; i++)
        lists.headers = curl_slist_append(lists.headers, request->headers[i]);
    if (request->body ||
        request->source) /* "100 Continue" would cost a second where it is not known */
        lists.headers = curl_slist_append(lists.headers, "Expect:");
    if (request->peer) {
        auto_free char *rule = cog_printf("::%s", request->peer);
        lists.peers = curl_slist_append(NULL, rule);
    }
    return lists;
}

void cog_http_lists_free(struct cog_http_lists *lists)
{
    curl_slist_free_all(lists->headers);
    curl_slist_free_all(lists->peers);
    *lists = (struct cog_http_lists){0};
}

static size_t give(char *bytes, size_t one, size_t size, void *context)
{
    const struct cog_http_request *request = context;
    long given = request->source(request->source_context, bytes, one * size);

    return given < 0 ? CURL_READFUNC_ABORT : (size_t)given;
}

/* A body that is given once cannot be sent again when a connection that was kept turns out
 * to be closed. */
static void set_source(CURL *handle, const struct cog_http_request *request)
{
    cog_http_must(curl_easy_setopt(handle, CURLOPT_UPLOAD, 1L));
    cog_http_must(curl_easy_setopt(handle, CURLOPT_FRESH_CONNECT, 1L));
    cog_http_must(curl_easy_setopt(handle, CURLOPT_READFUNCTION, give));
    cog_http_must(curl_easy_setopt(handle, CURLOPT_READDATA, request));
}

static void set_body(CURL *handle, const struct cog_http_request *request)
{
    const char *method = request->method ? request->method : "GET";

    if (request->source)
        set_source(handle, request);

    if (request->body || strcmp(method, "POST") == 0) {
        cog_http_must(curl_easy_setopt(handle, CURLOPT_POSTFIELDS,
                                       request->body ? request->body : ""));
        cog_http_must(
            curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE, (long)request->body_size));
    }
    cog_http_must(curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, method));
}

static void set_redirects(CURL *handle, const struct cog_http_request *request)
{
    bool secure = strncmp(request->url, "https:", 6) == 0;

    cog_http_must(
        curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, request->redirects > 0 ? 1L : 0L));
    cog_http_must(curl_easy_setopt(handle, CURLOPT_MAXREDIRS, (long)request->redirects));
    cog_http_must(curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https"));
    cog_http_must(curl_easy_setopt(handle, CURLOPT_REDIR_PROTOCOLS_STR,
                                   secure ? "https" : "http,https"));
}

static bool is_local(const struct cog_http_request *request)
{
    const char *scheme = strstr(request->url, "://");

    return request->socket || (scheme && cog_is_loopback(scheme + 3));
}

/* Only where there may be TLS: libcurl copies them for each request, some 200 KB. */
static void set_authorities(CURL *handle, const struct cog_http_request *request)
{
    bool secure = strncasecmp(request->url, "https:", 6) == 0;
    struct curl_blob authorities = {.data = (char *)request->ca_text,
                                    .flags = CURL_BLOB_NOCOPY};

    if (!request->ca_text || !(secure || request->redirects > 0))
        return;
    authorities.len = strlen(request->ca_text);
    cog_http_must(curl_easy_setopt(handle, CURLOPT_CAINFO_BLOB, &authorities));
}

void cog_http_set_up(CURL *handle, const struct cog_http_request *request,
                     const struct cog_http_lists *lists)
{
    curl_easy_reset(handle);
    cog_http_must(curl_easy_setopt(handle, CURLOPT_URL, request->url));
    cog_http_must(curl_easy_setopt(handle, CURLOPT_UNIX_SOCKET_PATH, request->socket));
    if (is_local(request))
        cog_http_must(curl_easy_setopt(handle, CURLOPT_NOPROXY, "*"));
    if (request->ca_file)
        cog_http_must(curl_easy_setopt(handle, CURLOPT_CAINFO, request->ca_file));
    set_authorities(handle, request);
    if (request->cert_file) {
        cog_http_must(curl_easy_setopt(handle, CURLOPT_SSLCERT, request->cert_file));
        cog_http_must(curl_easy_setopt(handle, CURLOPT_SSLKEY, request->key_file));
    }
    cog_http_must(curl_easy_setopt(handle, CURLOPT_HTTPHEADER, lists->headers));
    cog_http_must(curl_easy_setopt(handle, CURLOPT_CONNECT_TO, lists->peers));
    cog_http_must(curl_easy_setopt(handle, CURLOPT_USERAGENT, "cog/" COG_VERSION));
    cog_http_must(curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L));
    cog_http_must(curl_easy_setopt(handle, CURLOPT_TCP_KEEPALIVE, 1L));
    cog_http_must(curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS));
    cog_http_must(curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, request->timeout_ms));
    set_body(handle, request);
    set_redirects(handle, request);
}

void cog_http_prepare(struct cog_http_exchange *exchange,
                      const struct cog_http_request *request)
{
    CURL *handle = exchange->handle;

    cog_http_lists_free(&exchange->lists);
    *exchange = (struct cog_http_exchange){
        .handle = handle,
        .lists = cog_http_lists(request),
        .response.body = cog_strdup(""),
        .limit = request->limit ? request->limit : DEFAULT_LIMIT,
        .seen = request->seen,
        .seen_context = request->seen_context,
    };
    cog_http_set_up(handle, request, &exchange->lists);
    cog_http_must(curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, exchange->reason));
    cog_http_must(curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, collect));
    cog_http_must(curl_easy_setopt(handle, CURLOPT_WRITEDATA, exchange));
}

int cog_http_conclude(struct cog_http_exchange *exchange, CURLcode code,
                      struct cog_http_response *response)
{
    curl_off_t seconds = 0;

    *response = exchange->response;
    exchange->response = (struct cog_http_response){0};
    cog_http_must(
        curl_easy_getinfo(exchange->handle, CURLINFO_RESPONSE_CODE, &response->status));
    cog_http_must(curl_easy_getinfo(exchange->handle, CURLINFO_RETRY_AFTER, &seconds));
    response->retry_after = seconds;
    if (code == CURLE_OK)
        return COG_HTTP_OK;
    response->broken = is_break(code);
    response->late = code == CURLE_OPERATION_TIMEDOUT;
    response->foreign =
        code == CURLE_UNSUPPORTED_PROTOCOL || code == CURLE_WEIRD_SERVER_REPLY;
    response->untrusted = code == CURLE_PEER_FAILED_VERIFICATION;
    response->number = error_number(exchange->handle, code);
    if (exchange->full)
        response->error =
            cog_printf("the answer is larger than %zu bytes", exchange->limit);
    else
        response->error = reason_of(exchange->handle, code, exchange->reason);
    return COG_HTTP_FAILED;
}
