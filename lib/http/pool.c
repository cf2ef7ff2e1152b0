/* pool.c - exchanges side by side on one multi handle. */
#include "http/pool.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "http/private.h"

struct slot {
    struct cog_http_exchange exchange;
    struct cog_http_end end;
    bool runs;
    cog_http_sink sink;
    void *context;
};

struct cog_http_pool {
    struct cog_http *http;
    struct slot *slots;
    size_t count;
};

struct cog_http_pool *cog_http_pool_new(struct cog_http *http, size_t size)
{
    struct cog_http_pool *pool = cog_alloc(sizeof *pool);

    *pool = (struct cog_http_pool){http, cog_calloc(size, sizeof *pool->slots), size};
    return pool;
}

static void stop(const struct cog_http_pool *pool, struct slot *slot)
{
    if (slot->runs)
        curl_multi_remove_handle(pool->http->multi, slot->exchange.handle);
    slot->runs = false;
}

void cog_http_pool_free(struct cog_http_pool *pool)
{
    for (size_t i = 0; i < pool->count; i++) {
        stop(pool, &pool->slots[i]);
        curl_easy_cleanup(pool->slots[i].exchange.handle);
        cog_http_lists_free(&pool->slots[i].exchange.lists);
        cog_http_response_release(&pool->slots[i].exchange.response);
    }
    free(pool->slots);
    free(pool);
}

static size_t pass_on(char *bytes, size_t one, size_t size, void *context)
{
    const struct slot *slot = context;

    (void)one; /* always 1 */
    slot->sink(slot->context, bytes, size);
    return size;
}

void cog_http_pool_send(struct cog_http_pool *pool, size_t index,
                        const struct cog_http_request *request, cog_http_sink sink,
                        void *context)
{
    struct slot *slot = &pool->slots[index];
    struct cog_http_exchange *exchange = &slot->exchange;

    if (!exchange->handle)
        exchange->handle = curl_easy_init();
    if (!exchange->handle)
        cog_out_of_memory();
    slot->end = (struct cog_http_end){0};
    slot->sink = sink;
    slot->context = context;
    cog_http_response_release(&exchange->response);
    cog_http_prepare(exchange, request);
    if (sink) {
        cog_http_must(curl_easy_setopt(exchange->handle, CURLOPT_WRITEFUNCTION, pass_on));
        cog_http_must(curl_easy_setopt(exchange->handle, CURLOPT_WRITEDATA, slot));
    }
    cog_http_must(curl_easy_setopt(exchange->handle, CURLOPT_PRIVATE, &slot->end));
    if (curl_multi_add_handle(pool->http->multi, exchange->handle) != CURLM_OK)
        abort();
    slot->runs = true;
}

int cog_http_pool_wait(struct cog_http_pool *pool, long milliseconds, int fd,
                       bool *readable)
{
    CURLcode code;
    int result = cog_http_step(pool->http, milliseconds, fd, readable);

    (void)cog_http_take_ends(pool->http, NULL, &code);
    return result;
}

bool cog_http_pool_take(struct cog_http_pool *pool, size_t *index, int *result,
                        struct cog_http_response *response)
{
    for (*index = 0; *index < pool->count; ++*index) {
        struct slot *slot = &pool->slots[*index];
        if (!slot->runs || !slot->end.ended)
            continue;
        stop(pool, slot);
        *result = cog_http_conclude(&slot->exchange, slot->end.code, response);
        return true;
    }
    return false;
}
