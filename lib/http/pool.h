/* pool.h - several exchanges at once. */
#ifndef COG_HTTP_POOL_H
#define COG_HTTP_POOL_H

#include <stdbool.h>
#include <stddef.h>

#include "http/http.h"

struct cog_http_pool;

/* `size` exchanges on the connections of `http`, which is borrowed. */
struct cog_http_pool *cog_http_pool_new(struct cog_http *http, size_t size);

/* Breaks off what still runs. */
void cog_http_pool_free(struct cog_http_pool *pool);

/* Begins an exchange in `slot`, counted from 0, in which none runs. What the request
 * borrows must live until it has ended. With a `sink` the answer goes there piece by piece.
 */
void cog_http_pool_send(struct cog_http_pool *pool, size_t slot,
                        const struct cog_http_request *request, cog_http_sink sink,
                        void *context);

/* Waits until an exchange has ended, something has come for a sink, `fd` (-1: none) can be
 * read, which goes to `*readable`, or the time is over. Returns COG_HTTP_OK or
 * COG_HTTP_INTERRUPTED. */
int cog_http_pool_wait(struct cog_http_pool *pool, long milliseconds, int fd,
                       bool *readable);

/* Takes one that has ended; false: there is none. `*result` is a cog_http_result; the
 * response is the caller's to release. */
bool cog_http_pool_take(struct cog_http_pool *pool, size_t *slot, int *result,
                        struct cog_http_response *response);

#endif
