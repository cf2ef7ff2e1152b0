/* image_lookup.c - finds the images of a plan. */
#include "submit/image_lookup.h"

#include <stdlib.h>

#include "base/auto.h"
#include "base/doc.h"
#include "base/exit.h"
#include "base/secret.h"
#include "buildkit/image_source.h"
#include "cli/builder.h"
#include "cli/environment.h"
#include "docker/image.h"
#include "oci/lock.h"
#include "oci/registries.h"
#include "oci/resolver.h"
#include "submit/certificates.h"
#include "submit/fleet.h"
#include "submit/inputs.h"

static int look_up(void *context, const char *name, json_t **inspect,
                   struct cog_diags *diags)
{
    return cog_engine_image(context, name, inspect, diags);
}

static int look_up_in_builder(void *context, const char *name, json_t **inspect,
                              struct cog_diags *diags)
{
    return cog_image_source_find(context, name, inspect, diags);
}

/* A builder that is no Docker Engine is asked what it would build from, which its mirrors
 * and its way to registries decide. Returns 1 with the images, NULL after a diagnostic; 0
 * when it is a Docker Engine. */
static int look_up_bare(struct cog_image_lookup *lookup, const struct cog_builder *builder,
                        const struct cog_plan *plan, const json_t *names,
                        const json_t *lock, json_t *changes, json_t **images,
                        struct cog_diags *diags)
{
    struct cog_image_source source = {.os = plan->os, .arch = plan->arch};
    struct cog_build_inputs inputs = {0};
    json_auto_t *list = json_array();
    const char *name;
    json_t *place;

    *images = NULL;
    if (!cog_builder_is_given(&lookup->builder) || lookup->offline)
        return 0;
    json_object_foreach((json_t *)names, name, place) {
        json_array_append_new(list, json_string(name));
    }
    int result = cog_submit_credentials(&inputs, list, diags);
    struct cog_session session = cog_build_inputs_session(&inputs);
    if (result == 0)
        result = cog_image_source_open(&source, builder, &session, diags);
    if (result == 0 && !source.docker) {
        if (json_array_size(lookup->mirrors))
            cog_report(diags, COG_WARNING, (struct cog_pos){0}, "registry.mirror",
                       "--registry-mirror changes nothing: the builder looks images up "
                       "itself, by mirrors of its own");
        struct cog_image_resolver resolver = {.engine = look_up_in_builder,
                                              .engine_context = &source,
                                              .os = plan->os,
                                              .arch = plan->arch,
                                              .lock = lock,
                                              .changes = changes,
                                              .locked = lookup->locked,
                                              .update = lookup->update};
        *images = cog_image_resolver_find_all(&resolver, names, diags);
    }
    lookup->interrupted = source.client.interrupts > 0;
    bool docker = result == 0 && source.docker;
    cog_image_source_release(&source);
    cog_build_inputs_release(&inputs);
    return !docker;
}

/* The engine knows its mirrors; without one, registries are asked alone. */
static json_t *look_up_all(struct cog_image_lookup *lookup,
                           const struct cog_builder *builder, const struct cog_plan *plan,
                           const json_t *names, const json_t *lock, json_t *changes,
                           struct cog_diags *diags)
{
    json_auto_t *info = NULL;
    auto_free char *config_dir = cog_environment_docker_config(), *authorities = NULL;
    struct cog_retry patience = {COG_RETRY_MS};
    struct cog_endpoint endpoint;
    json_t *images = NULL;

    if (cog_certificates_load(&authorities, diags) < 0)
        return NULL;
    struct cog_http *http = cog_http_new();
    cog_http_watch_signals(http);
    if (cog_builder_endpoint(builder, &endpoint, diags) == 0) {
        struct cog_engine engine = {http, &endpoint,
                                    lookup->offline ? COG_FAILURE : COG_WARNING};
        info = cog_engine_info(&engine, diags);
        struct cog_image_resolver resolver = {
            .registry = {.http = http,
                         .rules = {lookup->mirrors, lookup->registries,
                                   json_object_get(info, "RegistryConfig")},
                         .config_dir = config_dir,
                         .token_servers = getenv("COG_TOKEN_SERVERS"),
                         .ca_text = authorities,
                         .patience = &patience},
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
            images = cog_image_resolver_find_all(&resolver, names, diags);
    }
    lookup->interrupted = cog_http_interrupted(http);
    cog_endpoint_release(&endpoint);
    cog_http_free(http);
    return images;
}

/* The same, with what registries.conf says. */
static json_t *look_up_by_rules(struct cog_image_lookup *lookup,
                                const struct cog_builder *builder,
                                const struct cog_plan *plan, const json_t *names,
                                const json_t *lock, json_t *changes,
                                struct cog_diags *diags)
{
    auto_free char *path = cog_environment_registries();
    json_t *images = NULL;

    if (cog_registries_load(path, &lookup->registries, diags) == 0)
        images = look_up_all(lookup, builder, plan, names, lock, changes, diags);
    json_decref(lookup->registries);
    lookup->registries = NULL;
    return images;
}

json_t *cog_image_look_up(struct cog_image_lookup *lookup, const struct cog_plan *plan,
                          const json_t *names, const json_t *lock, json_t *changes,
                          struct cog_diags *diags)
{
    cog_secrets_protect(); /* of the passwords that registries get */
    json_t *images =
        lookup->update ? NULL : cog_lock_images(lock, names, plan->os, plan->arch);
    if (images)
        return images;
    struct cog_builder builder;
    auto_free char *key = cog_doc_text(names);
    int result = cog_fleet_choose(&builder, &lookup->builder, key, diags);
    lookup->interrupted = result == COG_EXIT_INTERRUPTED;
    if (result == 0 &&
        !look_up_bare(lookup, &builder, plan, names, lock, changes, &images, diags))
        images = look_up_by_rules(lookup, &builder, plan, names, lock, changes, diags);
    cog_builder_release(&builder);
    return images;
}
