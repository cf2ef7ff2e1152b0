/* image_lookup.h - finds the images of a plan: in the cache, an engine, registries. */
#ifndef COG_SUBMIT_IMAGE_LOOKUP_H
#define COG_SUBMIT_IMAGE_LOOKUP_H

#include "base/diag.h"
#include "cli/builder.h"
#include "model/plan.h"

struct cog_image_lookup {
    struct cog_builder_options builder;
    json_t *mirrors;    /* of cog_registries_add_mirror() */
    json_t *registries; /* its own: of cog_registries_load() */
    bool locked, update, offline;
    bool interrupted; /* set when a signal ended it */
};

/* Like cog_image_resolver_find_all(), but what `lock` pins and was found before takes
 * neither an engine nor a registry, unless `update`. `names` as of cog_plan_images(). A new
 * reference, or NULL after a diagnostic or an interrupt. */
json_t *cog_image_look_up(struct cog_image_lookup *lookup, const struct cog_plan *plan,
                          const json_t *names, const json_t *lock, json_t *changes,
                          struct cog_diags *diags);

#endif
