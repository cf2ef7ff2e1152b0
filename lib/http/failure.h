/* failure.h - what became of an exchange that failed, by libcurl's word. */
#ifndef COG_HTTP_FAILURE_H
#define COG_HTTP_FAILURE_H

#include <curl/curl.h>
#include <stdbool.h>

/* Why it failed; `reason` is what CURLOPT_ERRORBUFFER got. The caller frees it. */
char *cog_http_failure(CURL *handle, CURLcode code, const char *reason);

/* errno of a connection that failed, else 0. */
int cog_http_error_number(CURL *handle, CURLcode code);

/* Whether there was a connection, and it broke. */
bool cog_http_is_break(CURLcode code);

#endif
