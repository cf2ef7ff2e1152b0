/* failure.h - a failed build, told at the place that asked for the step that failed. */
#ifndef COG_BUILDKIT_FAILURE_H
#define COG_BUILDKIT_FAILURE_H

#include <jansson.h>

#include "base/diag.h"
#include "grpc/status.h"
#include "session/session.h"
#include "steps/steps.h"

/* Reports how the build failed: by the step that failed if there is one, else by `status`.
 * `vertices` are those of the build document, or NULL. Returns -1. */
int cog_failure_report(const struct cog_steps *steps, const struct cog_status *status,
                       const json_t *vertices, struct cog_diags *diags);

/* Where an exporter could not push, reports why, to somebody who has the credentials of
 * `session`: a diagnostic of http/refusal.h. Returns -1, or 0: it is something else. */
int cog_failure_report_push(const struct cog_steps *steps, const struct cog_status *status,
                            const struct cog_session *session, struct cog_diags *diags);

#endif
