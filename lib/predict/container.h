/* container.h - predictions in a container of a model's image. */
#ifndef COG_PREDICT_CONTAINER_H
#define COG_PREDICT_CONTAINER_H

#include "predict/batch.h"
#include "predict/container_options.h"

/* Starts a container of the image and runs all of `batch` in it, after checking it against
 * the schema in the image's label, so that wrong inputs start nothing. Whatever happens, no
 * container stays; those that killed programs left are removed first. Returns a
 * cog_server_result or COG_EXIT_INTERRUPTED. */
int cog_container_batch(struct cog_container_options *options, struct cog_batch *batch,
                        struct cog_http *http, struct cog_diags *diags);

#endif
