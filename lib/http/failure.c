/* failure.c - what became of an exchange that failed. */
#include "http/failure.h"

#include <string.h>

#include "base/alloc.h"

int cog_http_error_number(CURL *handle, CURLcode code)
{
    long number = 0;

    return code == CURLE_COULDNT_CONNECT &&
                   curl_easy_getinfo(handle, CURLINFO_OS_ERRNO, &number) == CURLE_OK
               ? (int)number
               : 0;
}

/* The system's word for a connection that failed is shorter than libcurl's, and right for
 * unix sockets. */
char *cog_http_failure(CURL *handle, CURLcode code, const char *reason)
{
    int number = cog_http_error_number(handle, code);

    if (number)
        return cog_strdup(strerror(number));
    return cog_strdup(*reason ? reason : curl_easy_strerror(code));
}

bool cog_http_is_break(CURLcode code)
{
    return code == CURLE_GOT_NOTHING || code == CURLE_PARTIAL_FILE ||
           code == CURLE_RECV_ERROR || code == CURLE_SEND_ERROR || code == CURLE_HTTP2 ||
           code == CURLE_HTTP2_STREAM;
}
