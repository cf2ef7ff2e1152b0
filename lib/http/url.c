/* url.c - hosts and escapes of URLs. */
#include "http/url.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"

bool cog_is_loopback(const char *host)
{
    size_t size = strcspn(host, ":/");

    if (strncmp(host, "[::1]", 5) == 0)
        return true;
    if (size == 9 && strncmp(host, "localhost", size) == 0)
        return true;
    return strncmp(host, "127.", 4) == 0 && strspn(host, "0123456789.") == size;
}

char *cog_http_escape(const char *text)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                "0123456789-._~/";
    char *escaped = cog_alloc(3 * strlen(text) + 1), *to = escaped;

    for (; *text; text++) {
        if (strchr(plain, *text))
            *to++ = *text;
        else
            to += snprintf(to, 4, "%%%02X", (unsigned)(unsigned char)*text);
    }
    *to = '\0';
    return escaped;
}
