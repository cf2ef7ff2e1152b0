/* proxies.c - reads the variables that name proxies. */
#include "submit/proxies.h"

#include <stdlib.h>

json_t *cog_proxies(void)
{
    static const char *const names[][2] = {
        {"http_proxy", "HTTP_PROXY"}, {"https_proxy", "HTTPS_PROXY"},
        {"ftp_proxy", "FTP_PROXY"},   {"no_proxy", "NO_PROXY"},
        {"all_proxy", "ALL_PROXY"},
    };
    json_t *proxies = json_object();

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *value = getenv(names[i][0]);
        if (!value || !*value)
            value = getenv(names[i][1]);
        if (value && *value)
            json_object_set_new(proxies, names[i][0], json_string(value));
    }
    return proxies;
}
