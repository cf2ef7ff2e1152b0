/* push.h - pushes what was built from the store of a Docker Engine, where BuildKit cannot.
 */
#ifndef COG_SUBMIT_PUSH_H
#define COG_SUBMIT_PUSH_H

#include "buildkit/build.h"

/* Pushes the names in `built->pushes`, and tells of it as of a build; the digest of the
 * manifest goes into the exporters' answer. `builder` is what built. Returns 0; -1
 * after a diagnostic; COG_EXIT_INTERRUPTED. */
int cog_push_built(struct cog_built *built, const struct cog_builder *builder,
                   cog_build_progress *progress, void *data, struct cog_diags *diags);

#endif
