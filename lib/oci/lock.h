/* lock.h - cog.lock: which digest the name of an image stands for, and what is to be known
 * of that image, platform by platform. A digest says which bytes an image is made of, so
 * what it stands for never changes.
 *
 * The document is schemas/lock-1.json; images and platforms that are not asked for are
 * kept. */
#ifndef COG_OCI_LOCK_H
#define COG_OCI_LOCK_H

#include <jansson.h>
#include <stdbool.h>

#include "base/diag.h"

/* An empty lock; a new reference. */
json_t *cog_lock_new(void);

/* Reads the file, or makes an empty lock when there is none. A new reference; NULL after
 * diagnostics at the file: doc.syntax, doc.schema, schema.*, file.unreadable. */
json_t *cog_lock_load(const char *path, struct cog_diags *diags);

/* NULL when the lock lacks it; borrowed. `platform`: "linux/amd64". */
const char *cog_lock_digest(const json_t *lock, const char *image, const char *platform);

/* What was found of the image that has the digest, {config, from}; NULL when the lock lacks
 * it; borrowed. */
const json_t *cog_lock_found(const json_t *lock, const char *digest, const char *platform);

/* All images of `names` (as of cog_plan_images()) by what was found of them: what
 * cog_image_resolver_find_all() would return, a new reference. NULL when one is lacking. */
json_t *cog_lock_images(const json_t *lock, const json_t *names, const char *os,
                        const char *arch);

/* Sets the digest of an image, and {config, from}, which is left out when it is NULL or
 * large. Returns whether that changed anything. */
bool cog_lock_set(json_t *lock, const char *image, const char *platform, const char *digest,
                  json_t *found);

/* Puts the entries of the lock `changes` into the file, which is replaced in one step. What
 * another process has put there since it was read is kept. No changes, no writing. Returns
 * 0, or -1 after machine.write or a diagnostic of cog_lock_load(). */
int cog_lock_save(const json_t *changes, const char *path, struct cog_diags *diags);

#endif
