/* proxies.c - reads the variables that name proxies. */
#include "cli/proxies.h"

#include <stdlib.h>
#include <string.h>

static bool has_password(const char *url)
{
    const char *scheme = strstr(url, "://");
    const char *host = scheme ? scheme + 3 : url;
    size_t length = strcspn(host, "/");

    return memchr(host, '@', length);
}

json_t *cog_proxies(struct cog_diags *diags)
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
        if (!value || !*value)
            continue;
        if (has_password(value))
            cog_report(diags, COG_WARNING, (struct cog_pos){0}, "llb.proxy",
                       "%s has a password, which would be in the build's document; the "
                       "build does not get this proxy",
                       names[i][1]);
        else
            json_object_set_new(proxies, names[i][0], json_string(value));
    }
    return proxies;
}
