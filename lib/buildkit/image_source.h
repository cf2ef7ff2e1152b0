/* image_source.h - asks a builder which images it would build from: digests and configs, as
 * its registries, mirrors and credentials have them.
 *
 * Only a frontend may ask (LLBBridge.ResolveImageConfig), and only during a build: one is
 * begun that is never told what to build. */
#ifndef COG_BUILDKIT_IMAGE_SOURCE_H
#define COG_BUILDKIT_IMAGE_SOURCE_H

#include <jansson.h>

#include "buildkit/client.h"

struct cog_image_source {
    const char *os, *arch; /* "linux", "amd64": set before it is opened */
    struct cog_client client;
    struct cog_unary build;
    char *ref;
    bool docker; /* it is a Docker Engine's, which can be asked better; nothing is begun */
};

/* Connects. `session` has the credentials. Returns 0, COG_EXIT_INTERRUPTED, or -1 after
 * engine.unreachable or engine.refused. To be released in any case. */
int cog_image_source_open(struct cog_image_source *source,
                          const struct cog_builder *builder, struct cog_session *session,
                          struct cog_diags *diags);
void cog_image_source_release(struct cog_image_source *source);

/* Looks for an image. Returns 1 with `*image`, an OCI config with the member "RepoDigests",
 * an array of one name with a digest; a new reference. -1 after image.missing, engine.build
 * or engine.lost, or when the user stops. */
int cog_image_source_find(struct cog_image_source *source, const char *name, json_t **image,
                          struct cog_diags *diags);

#endif
