/* retry.c - asks again where asking again may help. */
#include "http/retry.h"

enum { MAX_TRIES = 4, FIRST_WAIT_MS = 500 };

static bool may_help(int result, const struct cog_http_response *response)
{
    if (result == COG_HTTP_FAILED)
        return response->broken;
    return result == COG_HTTP_OK && (response->status == 429 || response->status >= 500);
}

static long wait_of(const struct cog_http_response *response, int tries)
{
    if (response->retry_after > COG_RETRY_MS / 1000)
        return COG_RETRY_MS + 1; /* never waited for; and no overflow below */
    if (response->retry_after > 0)
        return (long)response->retry_after * 1000;
    return (long)FIRST_WAIT_MS << (tries - 1);
}

int cog_http_send_retrying(struct cog_http *http, const struct cog_http_request *request,
                           struct cog_retry *patience, struct cog_http_response *response)
{
    int result = cog_http_send(http, request, response);

    for (int tries = 1; tries < MAX_TRIES && may_help(result, response); tries++) {
        long wait = wait_of(response, tries);
        if (wait > patience->left_ms)
            break;
        patience->left_ms -= wait;
        if (cog_http_wait(http, wait) != COG_HTTP_OK)
            return COG_HTTP_INTERRUPTED;
        cog_http_response_release(response);
        result = cog_http_send(http, request, response);
    }
    return result;
}
