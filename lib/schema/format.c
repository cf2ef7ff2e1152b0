/* format.c - the formats that are checked. */
#include "schema/format.h"

#include <arpa/inet.h>
#include <stddef.h>
#include <string.h>

static bool is_hostname(const char *text)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789-";

    if (strlen(text) > 253)
        return false;
    for (;;) {
        size_t label = strspn(text, letters);
        if (label == 0 || label > 63 || text[0] == '-' || text[label - 1] == '-')
            return false;
        text += label;
        if (!*text)
            return true;
        if (*text++ != '.')
            return false;
    }
}

static bool is_ipv4(const char *text)
{
    struct in_addr address;

    return inet_pton(AF_INET, text, &address) == 1;
}

static bool is_ipv6(const char *text)
{
    struct in6_addr address;

    return inet_pton(AF_INET6, text, &address) == 1;
}

static bool is_json_pointer(const char *text)
{
    for (const char *at = text; (at = strchr(at, '~')); at++)
        if (at[1] != '0' && at[1] != '1')
            return false;
    return !*text || *text == '/';
}

cog_format_check *cog_format_find(const char *name)
{
    static const struct {
        const char *name;
        cog_format_check *check;
    } formats[] = {
        {"hostname", is_hostname},
        {"ipv4", is_ipv4},
        {"ipv6", is_ipv6},
        {"json-pointer", is_json_pointer},
    };

    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (strcmp(name, formats[i].name) == 0)
            return formats[i].check;
    return NULL;
}
