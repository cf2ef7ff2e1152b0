/* registry_url.c - which URLs stand for a registry's name. */
#include "oci/registry_url.h"

#include <arpa/inet.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/doc.h"
#include "http/url.h"
#include "oci/credentials.h"
#include "oci/registries.h"

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

static void add(struct cog_sites *sites, const struct cog_site *site)
{
    sites->items = cog_realloc(sites->items, sites->count + 1, sizeof *sites->items);
    sites->items[sites->count++] = *site;
}

/* A URL as it is given, for the image's own path. */
static void add_url(struct cog_sites *sites, const char *url, const char *path,
                    const json_t *engine)
{
    auto_free char *host = cog_registry_url_host(url);
    struct cog_site site = {.url = cog_strdup(url),
                            .path = cog_strdup(path),
                            .insecure = cog_registry_url_is_insecure(host, engine),
                            .mirror = true};

    for (size_t end = strlen(site.url); end > 0 && site.url[end - 1] == '/'; end--)
        site.url[end - 1] = '\0';
    add(sites, &site);
}

/* "HOST/PATH", by plain HTTP too if it is insecure. */
static void add_place(struct cog_sites *sites, const char *place, struct cog_site site,
                      const json_t *engine)
{
    auto_free char *domain = cog_registry_url_host(place);
    const char *host = cog_is_docker_hub(domain) ? "registry-1.docker.io" : domain;
    const char *slash = strchr(place, '/'), *path = slash ? slash + 1 : "";

    site.insecure |= cog_registry_url_is_insecure(domain, engine);
    if (site.insecure) {
        site.url = cog_printf("http://%s", host);
        site.path = cog_strdup(path);
        add(sites, &site);
    }
    site.url = cog_printf("https://%s", host);
    site.path = cog_strdup(path);
    add(sites, &site);
}

static bool is_for(const json_t *mirror, bool by_digest)
{
    const char *pull = json_string_value(json_object_get(mirror, "pull"));

    return strcmp(pull, by_digest ? "tag-only" : "digest-only") != 0;
}

/* The mirrors of a rule of registries.conf. */
static void add_mirrors(struct cog_sites *sites, const json_t *rule, const char *name,
                        const struct cog_site_rules *rules, bool by_digest)
{
    const json_t *mirror;
    size_t index;

    json_array_foreach(json_object_get(rule, "mirrors"), index, mirror) {
        auto_free char *place = cog_registries_rewrite(
            name, cog_member_text(rule, "prefix"), cog_member_text(mirror, "location"));
        struct cog_site site = {
            .insecure = json_is_true(json_object_get(mirror, "insecure")), .mirror = true};
        if (is_for(mirror, by_digest))
            add_place(sites, place, site, rules->engine);
    }
}

const json_t *cog_sites_find(struct cog_sites *sites, const struct cog_reference *reference,
                             const struct cog_site_rules *rules)
{
    auto_free char *name = cog_printf("%s/%s", reference->domain, reference->path);
    const json_t *rule = cog_registries_find(rules->registries, name), *mirror;
    bool hub = cog_is_docker_hub(reference->domain);
    size_t index;

    *sites = (struct cog_sites){0};
    if (json_is_true(json_object_get(rule, "blocked")))
        return rule;
    json_array_foreach(rules->mirrors, index, mirror) {
        if (strcmp(cog_member_text(mirror, "registry"), reference->domain) == 0)
            add_url(sites, cog_member_text(mirror, "url"), reference->path, rules->engine);
    }
    add_mirrors(sites, rule, name, rules, reference->digest);
    json_array_foreach(json_object_get(rules->engine, "Mirrors"), index, mirror) {
        const char *url = json_string_value(mirror);
        if (hub && url && strstr(url, "://"))
            add_url(sites, url, reference->path, rules->engine);
    }
    auto_free char *place =
        rule ? cog_registries_rewrite(name, cog_member_text(rule, "prefix"),
                                      cog_member_text(rule, "location"))
             : cog_strdup(name);
    const struct cog_site own = {.insecure =
                                     json_is_true(json_object_get(rule, "insecure"))};
    add_place(sites, place, own, rules->engine);
    return NULL;
}

bool cog_site_gets_credentials(const struct cog_site *site)
{
    return strncmp(site->url, "https://", 8) == 0 || site->insecure;
}

void cog_sites_release(struct cog_sites *sites)
{
    for (size_t i = 0; i < sites->count; i++) {
        free(sites->items[i].url);
        free(sites->items[i].path);
    }
    free(sites->items);
    *sites = (struct cog_sites){0};
}
