/* image.h - the OCI image configuration of what a plan exports (image-spec config.md). */
#ifndef COG_LLB_IMAGE_H
#define COG_LLB_IMAGE_H

#include <jansson.h>

#include "llb/lower.h"

/* The base image's configuration, then the environment, folder and user that the stages
 * left, then what the plan's export says, and a history with an entry for every layer.
 * `created` is RFC 3339, or NULL: the engine says when. A new reference. Without rootfs,
 * which the engine writes. */
json_t *cog_lowered_config(const struct cog_plan *plan, const struct cog_state *state,
                           const char *created);

#endif
