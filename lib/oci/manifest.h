/* manifest.h - image manifests and indexes: OCI image-spec 1.0 and Docker's schema 2. */
#ifndef COG_OCI_MANIFEST_H
#define COG_OCI_MANIFEST_H

#include <jansson.h>
#include <stdbool.h>

#include "model/reference.h"

/* The Accept header for manifests. */
extern const char *const cog_manifest_accept;

/* Whether a manifest is an index of others, one a platform. */
bool cog_manifest_is_index(const json_t *manifest);

/* The digest of the manifest for a platform such as "linux", "arm64"; the first that
 * matches and is an image: BuildKit's attestations are entries, too. NULL: the index has
 * none. Borrowed. */
const char *cog_manifest_choose(const json_t *index, const char *os, const char *arch);

/* "linux/amd64, linux/arm64/v8": the platforms of an index's images, "no platform" when it
 * has none. The caller frees it. */
char *cog_manifest_platforms(const json_t *index);

/* The digest of a manifest's image config; NULL when it has none. Borrowed. */
const char *cog_manifest_config(const json_t *manifest);

/* An image's OCI config with what a build on top of it needs: os, architecture, variant,
 * config and rootfs, empty members left out, so that it is the same from a registry's
 * config blob and from the Docker Engine's description of the image. `from` is either.
 * A new reference. */
json_t *cog_image_config(const json_t *from);

/* Whether a config is for that platform. */
bool cog_image_config_fits(const json_t *config, const char *os, const char *arch);

/* The digest that an image has in the repository of `reference`, by the Docker Engine's
 * description of it; NULL when it never was in a registry. Borrowed from `inspect`. */
const char *cog_image_repository_digest(const json_t *inspect,
                                        const struct cog_reference *reference);

#endif
