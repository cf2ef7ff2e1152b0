/* retry.h - asks again where asking again may help. */
#ifndef COG_HTTP_RETRY_H
#define COG_HTTP_RETRY_H

#include "http/http.h"

/* How long the waits of one program may be together; one for all its requests, so that a
 * site that is down is not waited for once a request. */
struct cog_retry {
    long left_ms;
};

enum { COG_RETRY_MS = 30000 };

/* cog_http_send(), up to four times: after 429 (RFC 6585), 5xx and a connection that broke,
 * never after another 4xx, a refused connection or a timeout. Waits as long as Retry-After
 * (RFC 9110 10.2.3) says, else 0.5, 1 and 2 seconds. What would take more than what
 * `patience` has left is not waited for: the last answer is then the result. */
int cog_http_send_retrying(struct cog_http *http, const struct cog_http_request *request,
                           struct cog_retry *patience, struct cog_http_response *response);

#endif
