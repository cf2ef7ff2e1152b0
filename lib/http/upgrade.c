/* upgrade.c - lets libcurl connect, and speaks the one exchange by itself. */
#include "http/upgrade.h"

#include <curl/curl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/openssl.h"
#include "http/handle.h"

enum {
    CONNECT_MS = 10000,
    HEAD_MS = 30000,
    MAX_HEAD = 65536,
};

struct cog_upgrade {
    CURL *handle;
    struct cog_http_lists lists;
    curl_socket_t fd;
    bool tls;
    char *head;       /* and what of the stream came with it */
    size_t head_size; /* of `head`, of which `taken` bytes were handed on */
    size_t taken;
};

void cog_upgrade_free(struct cog_upgrade *stream)
{
    if (!stream)
        return;
    curl_easy_cleanup(stream->handle);
    cog_http_lists_free(&stream->lists);
    free(stream->head);
    free(stream);
}

int cog_upgrade_fd(const struct cog_upgrade *stream)
{
    return (int)stream->fd;
}

static int connect_to(struct cog_upgrade *stream, const struct cog_http_request *request,
                      char **error)
{
    char reason[CURL_ERROR_SIZE] = "";
    CURL *handle = stream->handle;

    cog_http_must(curl_easy_setopt(handle, CURLOPT_URL, request->url));
    cog_http_must(curl_easy_setopt(handle, CURLOPT_UNIX_SOCKET_PATH, request->socket));
    cog_http_must(curl_easy_setopt(handle, CURLOPT_CONNECT_TO, stream->lists.peers));
    cog_http_must(curl_easy_setopt(handle, CURLOPT_NOPROXY, "*"));
    if (request->ca_file)
        cog_http_must(curl_easy_setopt(handle, CURLOPT_CAINFO, request->ca_file));
    if (request->cert_file) {
        cog_http_must(curl_easy_setopt(handle, CURLOPT_SSLCERT, request->cert_file));
        cog_http_must(curl_easy_setopt(handle, CURLOPT_SSLKEY, request->key_file));
    }
    cog_http_must(curl_easy_setopt(handle, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1));
    cog_http_must(curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L));
    cog_http_must(curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS));
    cog_http_must(curl_easy_setopt(handle, CURLOPT_CONNECT_ONLY, 1L));
    cog_http_must(curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, reason));
    CURLcode code = curl_easy_perform(handle);
    cog_http_must(curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, NULL));
    if (code != CURLE_OK ||
        curl_easy_getinfo(handle, CURLINFO_ACTIVESOCKET, &stream->fd) != CURLE_OK) {
        *error = cog_strdup(*reason ? reason : curl_easy_strerror(code));
        return -1;
    }
    stream->tls = strncmp(request->url, "https:", 6) == 0;
    return 0;
}

long cog_upgrade_write(struct cog_upgrade *stream, const char *bytes, size_t size)
{
    size_t sent = 0;
    CURLcode code = curl_easy_send(stream->handle, bytes, size, &sent);

    if (code == CURLE_OK)
        return (long)sent;
    return code == CURLE_AGAIN ? 0 : -1;
}

static long receive(struct cog_upgrade *stream, char *bytes, size_t size)
{
    size_t received = 0;
    CURLcode code = curl_easy_recv(stream->handle, bytes, size, &received);

    if (code == CURLE_AGAIN)
        return 0;
    return code == CURLE_OK && received > 0 ? (long)received : -1;
}

long cog_upgrade_read(struct cog_upgrade *stream, char *bytes, size_t size)
{
    size_t left = stream->head_size - stream->taken;

    if (left == 0)
        return receive(stream, bytes, size);
    if (size > left)
        size = left;
    memcpy(bytes, stream->head + stream->taken, size);
    stream->taken += size;
    return (long)size;
}

void cog_upgrade_finish(struct cog_upgrade *stream)
{
    struct curl_tlssessioninfo *session = NULL;

    if (!stream->tls) {
        (void)shutdown(stream->fd, SHUT_WR);
        return;
    }
    if (curl_easy_getinfo(stream->handle, CURLINFO_TLS_SSL_PTR, &session) == CURLE_OK &&
        session && session->backend == CURLSSLBACKEND_OPENSSL && session->internals)
        (void)cog_openssl()->SSL_shutdown(session->internals);
}

/* "POST /path HTTP/1.1" and what makes it a stream. The caller frees it. */
static char *compose(const struct cog_http_request *request)
{
    const char *host = strstr(request->url, "://") + 3, *path = strchr(host, '/');

    return cog_printf("%s %s HTTP/1.1\r\nHost: %.*s\r\nUser-Agent: cog/" COG_VERSION
                      "\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n"
                      "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
                      request->method ? request->method : "GET", path ? path : "/",
                      path ? (int)(path - host) : (int)strlen(host), host,
                      request->body_size, request->body ? (const char *)request->body : "");
}

static bool await(const struct cog_upgrade *stream, short events)
{
    struct pollfd poller = {.fd = (int)stream->fd, .events = events};

    return poll(&poller, 1, HEAD_MS) > 0;
}

static bool send_all(struct cog_upgrade *stream, const char *text)
{
    size_t size = strlen(text);

    while (size) {
        long sent = cog_upgrade_write(stream, text, size);
        if (sent < 0 || (sent == 0 && !await(stream, POLLOUT)))
            return false;
        text += sent;
        size -= (size_t)sent;
    }
    return true;
}

/* The status of the answer, whose head is taken; 0: there is none. */
static long read_head(struct cog_upgrade *stream)
{
    const char *end = NULL;

    stream->head = cog_alloc(MAX_HEAD + 1);
    while (!end && stream->head_size < MAX_HEAD) {
        long got =
            receive(stream, stream->head + stream->head_size, MAX_HEAD - stream->head_size);
        if (got < 0 || (got == 0 && !await(stream, POLLIN)))
            return 0;
        stream->head_size += (size_t)got;
        stream->head[stream->head_size] = '\0';
        end = strstr(stream->head, "\r\n\r\n");
    }
    if (!end || strncmp(stream->head, "HTTP/1.", 7) != 0)
        return 0;
    stream->taken = (size_t)(end - stream->head) + 4;
    return strtol(stream->head + 9, NULL, 10);
}

long cog_upgrade_open(struct cog_upgrade **stream, const struct cog_http_request *request,
                      char **error)
{
    struct cog_upgrade *made = cog_alloc(sizeof *made);
    long status = 0;

    *stream = NULL;
    *error = NULL;
    made->handle = curl_easy_init();
    if (!made->handle)
        cog_out_of_memory();
    made->lists = cog_http_lists(request);
    if (connect_to(made, request, error) == 0) {
        auto_free char *text = compose(request);
        status = send_all(made, text) ? read_head(made) : 0;
        if (status == 0)
            *error = cog_strdup("the answer is missing");
    }
    if (status == 101 || status == 200)
        *stream = made;
    else
        cog_upgrade_free(made);
    return status;
}
