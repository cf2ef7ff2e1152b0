/* source_build.h - whether a package is built, by a table that says so of packages: of each
 * always, or when it comes from a repository, an archive or a folder. */
#ifndef COG_VERSIONS_SOURCE_BUILD_H
#define COG_VERSIONS_SOURCE_BUILD_H

#include "versions/tables.h"

/* The columns that such tables begin with. */
enum { COG_SOURCE_PACKAGE, COG_SOURCE_BUILT };

/* The row of a package of that name, from that place, if it is built as the row says; NULL:
 * it is not. `name` may be NULL, and then is guessed from the place; so may `url` and
 * `path`. */
const char *const *cog_source_build(const struct cog_table *table, const char *name,
                                    const char *url, const char *path);

#endif
