/* resolver.h - finds out which image a name stands for: by cog.lock, in the engine, in a
 * registry, in this order. */
#ifndef COG_OCI_RESOLVER_H
#define COG_OCI_RESOLVER_H

#include <jansson.h>
#include <stdbool.h>

#include "base/diag.h"
#include "oci/registry.h"

/* Looks for an image in the engine. Returns 1 with `*inspect` (a new reference to what
 * GET /images/NAME/json answers), 0 when there is none, -1 after a diagnostic. */
typedef int (*cog_engine_lookup)(void *context, const char *name, json_t **inspect,
                                 struct cog_diags *diags);

/* All borrowed; `changes` and the registry's patience are changed. */
struct cog_image_resolver {
    struct cog_registry registry;
    cog_engine_lookup engine; /* NULL: none answers */
    void *engine_context;
    const char *os, *arch; /* "linux", "amd64" */
    const json_t *lock;    /* see lock.h */
    json_t *changes;       /* a lock of the entries that `lock` lacks or has otherwise */
    bool locked;           /* what the lock lacks is refused */
    bool update;           /* what the lock has is not used */
    bool offline;          /* no registry is asked */
};

/* The member `images` of a plan, for an object of names -> the place that asks for each, as
 * cog_plan_images() makes it: config, from, and digest or (for one that was only ever on
 * this engine) id; a new reference. NULL after diagnostics at the places, all of them:
 * image.name, image.missing, image.platform, lock.missing, lock.differs, and those of
 * registry.h. An image with another digest than in the lock is entered into the changes. */
json_t *cog_image_resolver_find_all(struct cog_image_resolver *resolver,
                                    const json_t *names, struct cog_diags *diags);

#endif
