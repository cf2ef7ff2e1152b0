/* status.h - BuildKit's reports of progress as JSON. */
#ifndef COG_BUILDKIT_STATUS_H
#define COG_BUILDKIT_STATUS_H

#include <jansson.h>

#include "buildkit.pb-c.h"

/* A report in the form of `--progress=rawjson` (the Go type client.SolveStatus of
 * moby/buildkit), which is what lib/term reads. Returns a new reference. */
json_t *cog_status_json(const Buildkit__StatusResponse *report);

#endif
