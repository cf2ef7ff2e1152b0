/* glob.h - one pattern against one path, with the wildcards of a .dockerignore. */
#ifndef COG_TREE_GLOB_H
#define COG_TREE_GLOB_H

#include <stdbool.h>

enum { COG_GLOB_MAX = 4096 }; /* bytes of a pattern */

/* What is wrong with `pattern`, of up to COG_GLOB_MAX bytes, as in "a class has no end";
 * NULL when nothing is. A static text. */
const char *cog_glob_fault(const char *pattern);

/* Whether `pattern`, which has no fault, matches the whole of `path`. Wildcards count in
 * code points; bytes that are not UTF-8 count one by one. The time is at most the product
 * of the two lengths. */
bool cog_glob_matches(const char *pattern, const char *path);

#endif
