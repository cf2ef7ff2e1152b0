/* push_check.h - whether registries take what is kept for them, before something is built
 * for them. */
#ifndef COG_SUBMIT_PUSH_CHECK_H
#define COG_SUBMIT_PUSH_CHECK_H

#include "buildkit/inputs.h"

/* Asks the registry of each of `names`, an array, with the credentials in `inputs`. A
 * registry that this machine cannot reach, or that gives no clear answer, is left to the
 * engine. Returns 0, -1 after registry.login or a diagnostic of certificates.h, or
 * COG_EXIT_INTERRUPTED. */
int cog_push_check(const struct cog_build_inputs *inputs, const json_t *names,
                   struct cog_diags *diags);

#endif
