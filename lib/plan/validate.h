/* validate.h - the rules of a plan that no schema can say. */
#ifndef COG_PLAN_VALIDATE_H
#define COG_PLAN_VALIDATE_H

#include <jansson.h>

#include "base/diag.h"

/* Reports every fault of a plan, at its JSON Pointer: those against its schema, and when
 * there are none, those that cog_plan_fill() finds (plan.input, plan.exec, plan.mount) and
 *   plan.id         two stages have one id
 *   plan.stage      a stage is named that does not stand before, or does not exist
 *   plan.phase      a stage stands after one of a later phase
 *   plan.context    a context is named that does not exist, or a path leaves it
 *   plan.file       two files of a context have one path, or one is a folder of the other
 *   plan.image      not the name of an image
 *   plan.platform   an image is not for the plan's platform
 *   plan.url        a url without a checksum (a warning: what it gives may change)
 *   plan.git        a ref that is no commit (a warning, likewise)
 *   plan.password   a url with a password in it
 *   plan.path       an absolute path has a ".", ".." or empty part
 *   plan.target     a mount hides another, or everything; two secrets become one variable
 *   plan.cache      mounts of one cache share it differently
 *   plan.namespace  a cache's id has no prefix of its owner's (a warning)
 *   plan.secret     a secret is required in one place and optional in another
 *   plan.user       not a user
 *   plan.command    a command whose first word is empty
 *   plan.port       not a port, or twice
 *   plan.label      not a label's name, or twice
 *   plan.tag        not a name that an image can have
 *   plan.size       more than Linux or an engine takes
 *   plan.unused     a stage or context that nothing uses (a warning)
 * Returns 0 or -1. */
int cog_plan_validate(json_t *doc, struct cog_diags *diags);

#endif
