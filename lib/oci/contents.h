/* contents.h - whether images hold what a plan was made for.
 *
 * Planning looks at no image: it goes by what a catalogue or the user says. An image may
 * say it, too, in its environment, as those of Docker's library and NVIDIA's do:
 * PYTHON_VERSION, CUDA_VERSION, NV_CUDNN_VERSION. What it does not say is not known before
 * the build. */
#ifndef COG_OCI_CONTENTS_H
#define COG_OCI_CONTENTS_H

#include "base/diag.h"
#include "model/plan.h"

/* Also checks that what an image says of itself is well formed, since the built image
 * inherits it. `images` as cog_image_resolver_find_all() makes it, `names` as
 * cog_plan_images() does. Returns 0, or -1 after image.contents and image.config at the
 * places that ask for the images, for all that is wrong. */
int cog_image_check_contents(const struct cog_plan *plan, const json_t *names,
                             const json_t *images, struct cog_diags *diags);

#endif
