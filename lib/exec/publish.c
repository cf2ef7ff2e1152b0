/* publish.c - which ports of a container are reached from outside. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "exec/foreground.h"

/* 1 to 65535, or 0 for any that is free. */
static bool is_port(const char *text)
{
    size_t digits = strspn(text, "0123456789");

    return digits > 0 && digits < 6 && !text[digits] && strtol(text, NULL, 10) < 65536;
}

/* Cuts the part behind the last colon off; without a colon, all of it. `*rest` is what was
 * before, or NULL. */
static char *cut(char *text, char **rest)
{
    char *colon = strrchr(text, ':');

    *rest = colon ? text : NULL;
    if (!colon)
        return text;
    *colon = '\0';
    return colon + 1;
}

int cog_foreground_publish(json_t *ports, const char *text, struct cog_diags *diags)
{
    auto_free char *parts = cog_strdup(text);
    char *rest, *inner = cut(parts, &rest), *outer = inner;
    const char *tail = rest ? strrchr(rest, ':') : NULL;

    if (rest && is_port(tail ? tail + 1 : rest)) /* the last one is the container's */
        outer = cut(rest, &rest);
    char *host = rest;
    size_t size = host ? strlen(host) : 0;
    if (size > 2 && host[0] == '[' && host[size - 1] == ']') {
        host[size - 1] = '\0';
        host++;
    }
    if (!is_port(outer) || !is_port(inner) || (host && !*host))
        return cog_report(diags, COG_ERROR, (struct cog_pos){0}, "usage.option",
                          "--publish takes PORT, HOST:PORT or HOST:PORT:CONTAINER, not "
                          "\"%s\"",
                          text);
    auto_free char *key = cog_printf("%s/tcp", inner);
    if (!json_object_get(ports, key))
        json_object_set_new(ports, key, json_array());
    return json_array_append_new(
        json_object_get(ports, key),
        json_pack("{s:s, s:s}", "HostIp", host ? host : "127.0.0.1", "HostPort", outer));
}
