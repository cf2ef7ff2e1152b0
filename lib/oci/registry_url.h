/* registry_url.h - the places where an image may be: mirrors and the registry itself. */
#ifndef COG_OCI_REGISTRY_URL_H
#define COG_OCI_REGISTRY_URL_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "model/reference.h"

/* What says so; all borrowed, NULL: nothing does. */
struct cog_site_rules {
    const json_t *mirrors;    /* of cog_registries_add_mirror() */
    const json_t *registries; /* of cog_registries_load() */
    const json_t *engine;     /* RegistryConfig of the engine's GET /info */
};

/* One place; the texts belong to it. */
struct cog_site {
    char *url;     /* "https://ghcr.io" */
    char *path;    /* of the image there: "library/python" */
    bool insecure; /* it gets credentials over plain HTTP, too */
    bool mirror;
};

struct cog_sites {
    struct cog_site *items;
    size_t count;
};

/* The places to ask for an image, in order: the mirrors of the options, of registries.conf
 * and of the engine, and the registry itself. A place that is insecure is asked over plain
 * HTTP and then over TLS. Returns NULL, or the rule of registries.conf that blocks the
 * image. To be released in any case. */
const json_t *cog_sites_find(struct cog_sites *sites, const struct cog_reference *reference,
                             const struct cog_site_rules *rules);
void cog_sites_release(struct cog_sites *sites);

/* Whether a place may be given credentials. */
bool cog_site_gets_credentials(const struct cog_site *site);

/* Whether `host` ("HOST:PORT") is a loopback address or one of the engine's insecure
 * registries, by name or by address range. */
bool cog_registry_url_is_insecure(const char *host, const json_t *engine);

/* "https://ghcr.io/x" -> "ghcr.io"; the caller frees it. */
char *cog_registry_url_host(const char *url);

#endif
