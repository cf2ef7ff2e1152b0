/* http.h - plain HTTP through libcurl: one exchange at a time, in memory, with caps; and,
 * beside it, one long answer that is followed while the exchanges run.
 *
 * Proxies are taken from the environment by libcurl, but never for unix sockets and
 * loopback addresses. TLS is always verified. */
#ifndef COG_HTTP_HTTP_H
#define COG_HTTP_HTTP_H

#include <stdbool.h>
#include <stddef.h>

struct cog_http; /* connections are kept and used again */

enum cog_http_result {
    COG_HTTP_OK = 0,           /* an answer came, whatever its status */
    COG_HTTP_FAILED = -1,      /* none came; the response's `error` says why */
    COG_HTTP_INTERRUPTED = -2, /* by a signal, see cog_http_watch_signals() */
};

typedef void (*cog_http_sink)(void *context, const char *bytes, size_t size);

/* Gives up to `size` bytes of a request's body: returns how many, 0 after the last ones, or
 * -1 to break the request off. */
typedef long (*cog_http_source)(void *context, char *bytes, size_t size);

/* Everything is borrowed and may be NULL or 0 where a default is named. */
struct cog_http_request {
    const char *method; /* "GET" */
    const char *url;
    const char *socket;               /* path of a unix socket; NULL: TCP */
    const char *peer;                 /* "HOST:PORT" to connect to; NULL: that of `url` */
    const char *ca_file, *ca_text;    /* authorities in PEM; both NULL: the system's */
    const char *cert_file, *key_file; /* of the client; NULL: none */
    const char *const *headers;       /* "Name: value", ends with NULL */
    const void *body;                 /* NULL: none */
    size_t body_size;
    /* Gives the body instead, piece by piece, so that the request itself must live as long
     * as the exchange runs; NULL: none. */
    cog_http_source source;
    void *source_context;
    size_t limit;       /* bytes of the answer's body; more is a failure; 0: 64 MiB */
    long timeout_ms;    /* for all of it; 0: no limit. Connecting has 10 s in any case */
    int redirects;      /* that are followed; from https only to https. 0: none */
    cog_http_sink seen; /* told of each piece of the answer's body when it comes */
    void *seen_context;
};

struct cog_http_response {
    long status;
    char *body; /* NUL-terminated */
    size_t size;
    long long retry_after; /* seconds, by the answer's Retry-After; 0: nothing was said */
    char *error;           /* NULL, or why there is no answer */
    bool broken;           /* there was a connection, and it broke */
    bool late;             /* there was no answer within the time */
    bool foreign;          /* what came is not HTTP/1 */
    bool untrusted;        /* the certificate of the other side cannot be verified */
    int number;            /* errno of a connection that failed, or 0 */
};

void cog_http_response_release(struct cog_http_response *response);

struct cog_http *cog_http_new(void);
void cog_http_free(struct cog_http *http);

/* From now on the signals of base/signals.h no longer end the process, but the exchanges,
 * with COG_HTTP_INTERRUPTED. */
void cog_http_watch_signals(struct cog_http *http);

/* Whether one of them has come. */
bool cog_http_interrupted(struct cog_http *http);

/* Holds that back (or, with false, not any longer), for what must not be left half done. */
void cog_http_shield(struct cog_http *http, bool shielded);

/* Sends and waits. `response` need not be initialised and is to be released in any case. */
int cog_http_send(struct cog_http *http, const struct cog_http_request *request,
                  struct cog_http_response *response);

/* The `index`-th header `name` of the last answer; NULL when there are not so many. Valid
 * until the next cog_http_send(). */
const char *cog_http_header(struct cog_http *http, const char *name, size_t index);

/* Begins a request whose answer goes to `sink` piece by piece, whenever a cog_http_send()
 * or a cog_http_wait() runs, and waits until its status is there. It ends by itself, by the
 * next cog_http_follow(), or with `http`. Returns COG_HTTP_OK for a status of 2xx or 101.
 */
int cog_http_follow(struct cog_http *http, const struct cog_http_request *request,
                    cog_http_sink sink, void *context);

/* Whether an answer is being followed that has not come to its end. */
bool cog_http_following(const struct cog_http *http);

/* Waits that long, or for less when interrupted. Returns COG_HTTP_OK or
 * COG_HTTP_INTERRUPTED. */
int cog_http_wait(struct cog_http *http, long milliseconds);

/* Waits until the answer that is followed has come to its end, at most that long. */
void cog_http_drain(struct cog_http *http, long milliseconds);

#endif
