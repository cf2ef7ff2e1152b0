/* image_cache.h - what was found out about images that have a digest, kept in the user's
 * cache folder.
 *
 * A digest says which bytes an image is made of, so what it stands for never changes, and
 * neither an engine nor a registry has to be asked a second time. A file a digest and
 * platform: FOLDER/images/HEX-OS-ARCH.json. What cannot be read or is not what it should be
 * is as if it were not there. */
#ifndef COG_OCI_IMAGE_CACHE_H
#define COG_OCI_IMAGE_CACHE_H

#include <jansson.h>

/* All images of `names` (as of cog_plan_images()) by their digests in `lock`: what
 * cog_image_resolver_find_all() would return, a new reference. NULL when one is not known,
 * or `folder` is NULL. */
json_t *cog_image_cache_load(const char *folder, const json_t *names, const json_t *lock,
                             const char *os, const char *arch);

/* Keeps those of `images` that have a digest. Failing to is no fault: the next one asks
 * again. */
void cog_image_cache_save(const char *folder, const json_t *images, const char *os,
                          const char *arch);

#endif
