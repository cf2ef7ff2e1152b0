/* registry_url.h - the places where an image may be: mirrors and the registry itself. */
#ifndef COG_OCI_REGISTRY_URL_H
#define COG_OCI_REGISTRY_URL_H

#include <jansson.h>
#include <stdbool.h>

/* The places to ask for an image of `domain`, in order: an array of base URLs such as
 * "https://ghcr.io", without a slash at the end. `engine` as in struct cog_registry. A new
 * reference. */
json_t *cog_registry_urls(const char *domain, const json_t *engine);

/* Whether `host` ("HOST:PORT") is a loopback address or one of the engine's insecure
 * registries, by name or by address range. */
bool cog_registry_url_is_insecure(const char *host, const json_t *engine);

/* Whether a site may be given credentials: over plain HTTP only when it is insecure, as
 * above. */
bool cog_registry_url_gets_credentials(const char *url, const json_t *engine);

/* "https://ghcr.io/x" -> "ghcr.io"; the caller frees it. */
char *cog_registry_url_host(const char *url);

#endif
