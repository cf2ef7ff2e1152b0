/* image_source.c - asks a builder which images it would build from. */
#include "buildkit/image_source.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "buildkit/id.h"
#include "buildkit/solve.h"
#include "model/reference.h"

enum {
    TICK = 100, /* milliseconds */
};

static const struct cog_pos nowhere = {0};

int cog_image_source_open(struct cog_image_source *source,
                          const struct cog_builder *builder, struct cog_session *session,
                          struct cog_diags *diags)
{
    struct cog_solve solve;

    session->diags = diags;
    int result = cog_client_open(&source->client, builder, session, "", diags);
    source->docker = source->client.control.upgrade;
    if (result != 0 || source->docker)
        return result;
    source->ref = cog_random_id();
    cog_solve_init(&solve);
    solve.request.ref = source->ref;
    solve.request.session = source->client.session_id;
    cog_unary_start(&source->build, source->client.control.connection,
                    "/moby.buildkit.v1.Control/Solve", NULL, &solve.request.base,
                    &buildkit__solve_response__descriptor);
    cog_solve_release(&solve);
    return 0;
}

void cog_image_source_release(struct cog_image_source *source)
{
    cog_unary_release(&source->build);
    cog_client_release(&source->client);
    free(source->ref);
}

/* What the builder says of an image that it does not give. */
static int refuse(const struct cog_image_source *source, const char *name,
                  const struct cog_unary *call, struct cog_diags *diags)
{
    const struct cog_status *status = call->done ? &call->status : &source->build.status;
    const char *lost = cog_client_lost(&source->client), *text = status->message;

    if (source->client.interrupts)
        return -1;
    if (lost)
        return cog_report(diags, COG_FAILURE, nowhere, "engine.lost",
                          "the engine went away: %s", lost);
    bool missing = text && strstr(text, "not found");
    return cog_report(diags, missing ? COG_ERROR : COG_FAILURE, nowhere,
                      missing ? "image.missing" : "engine.build",
                      "the builder cannot look image %s up: %s", name, text ? text : "");
}

/* The reply as an image, or NULL. */
static json_t *read_reply(const struct cog_unary *call, struct cog_reference *reference)
{
    const Buildkit__ResolveImageConfigResponse *reply = (const void *)call->reply;
    json_t *config = json_loadb((char *)reply->config.data, reply->config.len, 0, NULL);
    struct cog_reference pinned = *reference; /* borrows all of it */

    if (!json_is_object(config) || !cog_is_digest(reply->digest)) {
        json_decref(config);
        return NULL;
    }
    pinned.tag = NULL;
    pinned.digest = reply->digest;
    auto_free char *full = cog_reference_full(&pinned);
    json_object_set_new(config, "RepoDigests", json_pack("[s]", full));
    return config;
}

int cog_image_source_find(struct cog_image_source *source, const char *name, json_t **image,
                          struct cog_diags *diags)
{
    Buildkit__ResolveImageConfigRequest request =
        BUILDKIT__RESOLVE_IMAGE_CONFIG_REQUEST__INIT;
    Buildkit__Platform platform = BUILDKIT__PLATFORM__INIT;
    const struct cog_metadata metadata[] = {{"buildkit-controlapi-buildid", source->ref},
                                            {0}};
    struct cog_reference reference;
    struct cog_unary call;
    const char *reason;

    if (cog_reference_parse(&reference, name, &reason) < 0)
        abort(); /* the caller has read it */
    auto_free char *full = cog_reference_full(&reference);
    platform.os = (char *)source->os;
    platform.architecture = (char *)source->arch;
    request.ref = full;
    request.platform = &platform;
    request.resolve_mode = (char *)"default";
    cog_unary_start(&call, source->client.control.connection,
                    "/moby.buildkit.v1.frontend.LLBBridge/ResolveImageConfig", metadata,
                    &request.base, &buildkit__resolve_image_config_response__descriptor);
    while (!call.done && !source->build.done && !cog_client_lost(&source->client) &&
           !source->client.interrupts)
        cog_client_step(&source->client, TICK);
    *image = call.reply ? read_reply(&call, &reference) : NULL;
    if (!*image)
        (void)refuse(source, name, &call, diags);
    cog_unary_release(&call);
    cog_reference_release(&reference);
    return *image ? 1 : -1;
}
