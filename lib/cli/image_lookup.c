/* image_lookup.c - finds the images of a plan. */
#include "cli/image_lookup.h"

#include <stdlib.h>

#include "base/auto.h"
#include "cli/certificates.h"
#include "cli/environment.h"
#include "docker/image.h"
#include "oci/image_cache.h"
#include "oci/resolver.h"

static int look_up(void *context, const char *name, json_t **inspect,
                   struct cog_diags *diags)
{
    return cog_engine_image(context, name, inspect, diags);
}

/* The engine knows its mirrors; without one, registries are asked alone. */
static json_t *look_up_all(struct cog_image_lookup *lookup, const struct cog_plan *plan,
                           const json_t *names, const json_t *lock, json_t *changes,
                           struct cog_diags *diags)
{
    json_auto_t *info = NULL;
    auto_free char *config_dir = cog_environment_docker_config(), *authorities = NULL;
    struct cog_endpoint_choice choice =
        cog_environment_endpoint(lookup->builder, config_dir);
    struct cog_patience patience = {COG_PATIENCE_MS};
    struct cog_endpoint endpoint;
    json_t *images = NULL;

    if (cog_certificates_load(&authorities, diags) < 0)
        return NULL;
    struct cog_http *http = cog_http_new();
    cog_http_watch_signals(http);
    if (cog_endpoint_choose(&endpoint, &choice, diags) == 0) {
        struct cog_engine engine = {http, &endpoint,
                                    lookup->offline ? COG_FAILURE : COG_WARNING};
        info = cog_engine_info(&engine, diags);
        struct cog_resolver resolver = {
            .registry = {http, json_object_get(info, "RegistryConfig"), config_dir,
                         getenv("COG_TOKEN_SERVERS"), authorities, &patience},
            .engine = info ? look_up : NULL,
            .engine_context = &engine,
            .os = plan->os,
            .arch = plan->arch,
            .lock = lock,
            .changes = changes,
            .locked = lookup->locked,
            .update = lookup->update,
            .offline = lookup->offline,
        };
        if (info || !lookup->offline)
            images = cog_resolver_find_all(&resolver, names, diags);
    }
    lookup->interrupted = cog_http_interrupted(http);
    cog_endpoint_release(&endpoint);
    cog_http_free(http);
    return images;
}

json_t *cog_image_look_up(struct cog_image_lookup *lookup, const struct cog_plan *plan,
                          const json_t *names, const json_t *lock, json_t *changes,
                          struct cog_diags *diags)
{
    auto_free char *cache = cog_environment_cache_dir();
    json_t *images = lookup->update
                         ? NULL
                         : cog_image_cache_load(cache, names, lock, plan->os, plan->arch);
    if (images)
        return images;
    images = look_up_all(lookup, plan, names, lock, changes, diags);
    if (images && cache)
        cog_image_cache_save(cache, images, plan->os, plan->arch);
    return images;
}
