/* handle.h - one exchange as libcurl has it; for the files of this folder. */
#ifndef COG_HTTP_HANDLE_H
#define COG_HTTP_HANDLE_H

#include <curl/curl.h>
#include <stdbool.h>

#include "http/http.h"

/* What a handle borrows as long as it runs. */
struct cog_http_lists {
    struct curl_slist *headers;
    struct curl_slist *peers; /* of CURLOPT_CONNECT_TO */
};

struct cog_http_lists cog_http_lists(const struct cog_http_request *request);
void cog_http_lists_free(struct cog_http_lists *lists);

/* An exchange that collects its answer. Zero-initialise. */
struct cog_http_exchange {
    CURL *handle; /* owned by whoever set it */
    struct cog_http_lists lists;
    struct cog_http_response response;
    size_t limit, capacity;
    bool full; /* the answer was larger than `limit` */
    cog_http_sink seen;
    void *seen_context;
    char reason[CURL_ERROR_SIZE];
};

/* What is asked of libcurl is refused only when it was built without it. */
void cog_http_must(CURLcode code);

/* Resets the handle and gives it all but what becomes of the answer. */
void cog_http_set_up(CURL *handle, const struct cog_http_request *request,
                     const struct cog_http_lists *lists);

/* Makes the exchange ready to be run. */
void cog_http_prepare(struct cog_http_exchange *exchange,
                      const struct cog_http_request *request);

/* Once it has run: moves the answer to `*response`. Returns a cog_http_result. */
int cog_http_conclude(struct cog_http_exchange *exchange, CURLcode code,
                      struct cog_http_response *response);

#endif
