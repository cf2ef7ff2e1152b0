/* registry_url.c - which URLs stand for a registry's name. */
#include "oci/registry_url.h"

#include <arpa/inet.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "http/url.h"
#include "oci/credentials.h"

char *cog_registry_url_host(const char *url)
{
    const char *scheme = strstr(url, "://");
    const char *host = scheme ? scheme + 3 : url;

    return cog_strndup(host, strcspn(host, "/"));
}

/* Whether an IPv4 address ("10.1.2.3:5000") lies in a range ("10.0.0.0/8"). */
static bool in_range(const char *host, const char *range)
{
    const char *slash = strchr(range, '/');
    auto_free char *address = cog_strndup(host, strcspn(host, ":"));
    auto_free char *network = cog_strndup(range, strcspn(range, "/"));
    struct in_addr a, b;

    if (!slash || inet_pton(AF_INET, address, &a) != 1 ||
        inet_pton(AF_INET, network, &b) != 1)
        return false;
    unsigned long bits = strtoul(slash + 1, NULL, 10);
    if (bits > 32)
        return false;
    uint32_t mask = bits ? UINT32_MAX << (32 - bits) : 0;
    return ((ntohl(a.s_addr) ^ ntohl(b.s_addr)) & mask) == 0;
}

bool cog_registry_url_is_insecure(const char *host, const json_t *engine)
{
    const json_t *registry = json_object_get(json_object_get(engine, "IndexConfigs"), host);
    size_t index;
    json_t *range;

    if (cog_is_loopback(host) || json_is_false(json_object_get(registry, "Secure")))
        return true;
    json_array_foreach(json_object_get(engine, "InsecureRegistryCIDRs"), index, range) {
        const char *text = json_string_value(range);
        if (text && in_range(host, text))
            return true;
    }
    return false;
}

bool cog_registry_url_gets_credentials(const char *url, const json_t *engine)
{
    auto_free char *host = cog_registry_url_host(url);

    return strncmp(url, "https://", 8) == 0 || cog_registry_url_is_insecure(host, engine);
}

static void add(json_t *sites, const char *scheme, const char *rest)
{
    auto_free char *url = cog_printf("%s%s", scheme, rest);

    for (size_t end = strlen(url); end > 0 && url[end - 1] == '/'; end--)
        url[end - 1] = '\0';
    json_array_append_new(sites, json_string(url));
}

json_t *cog_registry_urls(const char *domain, const json_t *engine)
{
    bool hub = cog_is_docker_hub(domain);
    json_t *sites = json_array(), *mirror;
    size_t index;

    json_array_foreach(json_object_get(engine, "Mirrors"), index, mirror) {
        const char *url = json_string_value(mirror);
        if (hub && url && strstr(url, "://"))
            add(sites, "", url);
    }
    if (cog_registry_url_is_insecure(domain, engine))
        add(sites, "http://", domain);
    add(sites, "https://", hub ? "registry-1.docker.io" : domain);
    return sites;
}
