/* plan_images.h - the images that a plan names. */
#ifndef COG_OCI_PLAN_IMAGES_H
#define COG_OCI_PLAN_IMAGES_H

#include <jansson.h>

#include "model/plan.h"

/* An object: every image that a stage, a copy or a mount starts from, as it is written
 * there -> the place that asked for it ("cog.yaml:3:3", or "" when nothing tells): that of
 * a decision for the image, else that of the first operation in the stage. A new reference.
 */
json_t *cog_plan_images(const struct cog_plan *plan);

#endif
