/* container.h - predictions in a container of a model's image. */
#ifndef COG_CLI_CONTAINER_H
#define COG_CLI_CONTAINER_H

#include "predict/batch.h"

struct cog_container_options {
    const char *image, *builder; /* `builder` may be NULL */
    json_t *environment;         /* array of "NAME=VALUE" */
    bool progress;               /* the container's output goes to stderr */
};

/* Starts a container of the image and runs all of `batch` in it, after checking it against
 * the schema in the image's label, so that wrong inputs start nothing. Whatever happens, no
 * container stays. Returns a cog_server_result or COG_EXIT_INTERRUPTED. */
int cog_container_batch(const struct cog_container_options *options,
                        struct cog_batch *batch, long setup_seconds, struct cog_http *http,
                        struct cog_diags *diags);

#endif
