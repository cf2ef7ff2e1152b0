/* validate.h - the rules of a plan that no schema can say. */
#ifndef COG_PLAN_VALIDATE_H
#define COG_PLAN_VALIDATE_H

#include "model/plan.h"

/* Reports every fault of the plan, at its JSON Pointer:
 *   plan.id        two stages have one id
 *   plan.stage     a stage is named that does not stand before, or does not exist
 *   plan.context   a context is named that does not exist, or a path leaves it
 *   plan.image     not the name of an image
 *   plan.url       a url without a checksum (a warning: what it gives may change)
 *   plan.path      an absolute path has a ".", ".." or empty part
 *   plan.target    two mounts of one command have one target, or a mount hides /
 *   plan.tag       not a name that an image can have
 *   plan.unused    a stage or context that nothing uses (a warning)
 * Returns 0 or -1. */
int cog_plan_validate(const struct cog_plan *plan, struct cog_diags *diags);

#endif
