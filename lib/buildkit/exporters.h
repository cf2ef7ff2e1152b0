/* exporters.h - which exporters an engine is asked for, to do what the user wants. */
#ifndef COG_BUILDKIT_EXPORTERS_H
#define COG_BUILDKIT_EXPORTERS_H

#include "buildkit/build.h"
#include "buildkit/client.h"

/* The exporters for the request's outputs, in their order, as cog_solve_exporters() wants
 * them: a new array; NULL after build.output for what this engine cannot do, or when the
 * client is lost or the user stops.
 *
 * A Docker Engine without containerd's store has no exporter of images but its own: what is
 * to be pushed is added to `pushes`, names for the Engine API. Warnings: build.epoch (it
 * cannot set the times of files), build.output (without an output, what a bare BuildKit
 * builds stays there). */
json_t *cog_exporters_choose(struct cog_client *client,
                             const struct cog_build_request *request, json_t *pushes,
                             struct cog_diags *diags);

#endif
