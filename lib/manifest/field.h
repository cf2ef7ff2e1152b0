/* field.h - typed members of a manifest's tables; for the readers of this folder.
 *
 * A member that is absent is NULL, one of another type is NULL after a diagnostic
 * manifest.type. Results are borrowed where nothing else is said. */
#ifndef COG_MANIFEST_FIELD_H
#define COG_MANIFEST_FIELD_H

#include "manifest/manifest.h"

/* Where a part of the file stands. */
struct cog_pos cog_field_at(const struct cog_manifest *m, const json_t *node);

/* {"file", "line", "column"} of it; a new reference. */
json_t *cog_field_origin(const struct cog_manifest *m, const json_t *node);

const char *cog_field_text(const struct cog_manifest *m, const json_t *table,
                           const char *name);
const json_t *cog_field_table(const struct cog_manifest *m, const json_t *table,
                              const char *name);
const json_t *cog_field_list(const struct cog_manifest *m, const json_t *table,
                             const char *name);

/* A list of strings as a new reference, without what is none (manifest.type); NULL when it
 * is absent. */
json_t *cog_field_texts(const struct cog_manifest *m, const json_t *table,
                        const char *name);

/* `node` itself, when it is a table; else NULL, after manifest.type. */
const json_t *cog_field_as_table(const struct cog_manifest *m, const json_t *node,
                                 const char *what);
const char *cog_field_as_text(const struct cog_manifest *m, const json_t *node,
                              const char *what);

/* The part that a chain of names, ending with NULL, leads to; NULL when there is none. */
const json_t *cog_field_find(const json_t *table, const char *const *names);

/* `text` as the name of a package, normalised (PEP 503); the caller frees it. NULL after a
 * diagnostic. */
char *cog_field_name(const struct cog_manifest *m, const char *text, const json_t *node);

/* Refuses a URL with a user or a password in it (manifest.credentials). */
int cog_field_url(const struct cog_manifest *m, const char *url, const json_t *node);

/* Whether it is the public default index, which nobody needs to name. */
bool cog_field_is_default(const char *index_url);

/* A path that the file names, relative to the project; "." is the project's folder. The
 * caller frees it. NULL after manifest.outside. */
char *cog_field_path(const struct cog_manifest *m, const char *path, const json_t *node);

/* "git+URL@COMMIT#subdirectory=…" of pip; commit and subdirectory may be NULL. The caller
 * frees it. */
char *cog_field_git(const char *url, const char *commit, const char *subdirectory);

/* An array of `texts`, which ends with NULL; a new reference. */
json_t *cog_field_strings(char *const *texts);

#endif
