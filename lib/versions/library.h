/* library.h - what a Python package takes of Debian besides its wheel, by the table of
 * libraries. */
#ifndef COG_VERSIONS_LIBRARY_H
#define COG_VERSIONS_LIBRARY_H

#include <stdbool.h>

#include "versions/tables.h"

/* Packages with spaces between them, NULL: none; all is borrowed from the table. */
struct cog_library {
    const char *build; /* to compile it */
    const char *run;   /* to load or call when it runs */
    const char *why;
};

/* `version` may be NULL: not known. False: the table has nothing of that package. */
bool cog_library_find(const struct cog_tables *data, const char *name, const char *version,
                      struct cog_library *library);

/* The name that a package at a URL probably has: that of its repository or archive, as
 * package indexes write it. The caller frees it. */
char *cog_library_name(const char *url);

/* What compiles the sources of which nothing is known. */
extern const char cog_library_compilers[];

#endif
