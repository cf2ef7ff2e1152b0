/* image.h - what a Docker Engine says about its images and about itself. */
#ifndef COG_DOCKER_IMAGE_H
#define COG_DOCKER_IMAGE_H

#include <jansson.h>
#include <stdbool.h>

#include "base/diag.h"
#include "docker/engine.h"

/* Looks for `name`, as the engine understands names. Returns 1 with `*inspect` (a new
 * reference: GET /images/NAME/json), 0 when the engine has no such image, -1 after a
 * diagnostic (engine.unreachable, engine.refused) or when interrupted. */
int cog_engine_image(const struct cog_engine *engine, const char *name, json_t **inspect,
                     struct cog_diags *diags);

/* The same where the image is needed: returns 0 with `*inspect`, or -1 after predict.image
 * (no such image, COG_ERROR) or the diagnostics above, or when interrupted. Of an image
 * that the engine does not describe, `Config` is that of a container of it. */
int cog_engine_image_needed(const struct cog_engine *engine, const char *name,
                            json_t **inspect, struct cog_diags *diags);

/* What GET /images/NAME/history says, a new reference: the layers, the last one first;
 * NULL: there is no such image, or after a diagnostic. */
json_t *cog_engine_history(const struct cog_engine *engine, const char *name,
                           struct cog_diags *diags);

/* Whether its model was built for GPUs, by its configuration in a label. */
bool cog_image_wants_gpus(const json_t *inspect);

/* What GET /info says, a new reference; NULL after a diagnostic. */
json_t *cog_engine_info(const struct cog_engine *engine, struct cog_diags *diags);

#endif
