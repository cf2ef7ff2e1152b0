/* worker.h - how an engine can give out the image of a build. */
#ifndef COG_BUILDKIT_WORKER_H
#define COG_BUILDKIT_WORKER_H

#include "buildkit/build.h"
#include "buildkit/client.h"
#include "buildkit/export.h"

/* How the image, if one is wanted, leaves the build. With an epoch the engine is asked
 * whether it keeps images in containerd's store, as blobs, in which it can set the times of
 * files; the warning build.epoch says that it does not. */
enum cog_export cog_worker_export(struct cog_client *client,
                                  const struct cog_build_request *request,
                                  struct cog_diags *diags);

#endif
