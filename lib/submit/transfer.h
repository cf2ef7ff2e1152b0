/* transfer.h - pushes what was built from the store of a Docker Engine, where BuildKit
 * cannot, and pulls images into it. */
#ifndef COG_SUBMIT_TRANSFER_H
#define COG_SUBMIT_TRANSFER_H

#include "buildkit/build.h"

/* Pushes the names in `built->pushes`, and tells of it as of a build; the digest of the
 * manifest goes into the exporters' answer. `builder` is what built. Returns 0; -1
 * after a diagnostic; COG_EXIT_INTERRUPTED. */
int cog_push_built(struct cog_built *built, const struct cog_builder *builder,
                   cog_build_progress *progress, void *data, struct cog_diags *diags);

/* An image to be pulled. */
struct cog_pull {
    const char *image, *builder; /* as the user wrote them; `builder` may be NULL */
    int progress;                /* cog_submit_progress_mode() */
    bool missing;                /* only where the engine does not have it */
};

/* Pulls; `*name` is the image's name as people write it, or NULL when the engine has it and
 * nothing was pulled, `*digest` that of the manifest or NULL; both are the caller's to
 * free. Returns as above. */
int cog_pull_run(const struct cog_pull *pull, char **name, char **digest,
                 struct cog_diags *diags);

/* `text`, begun with the registry of COG_REGISTRY_HOST where it names none itself. The
 * caller frees it. */
char *cog_name_with_registry(const char *text);

#endif
