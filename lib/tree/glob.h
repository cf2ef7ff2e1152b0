/* glob.h - one pattern against one path, with the wildcards of a .dockerignore. */
#ifndef COG_TREE_GLOB_H
#define COG_TREE_GLOB_H

#include <stdbool.h>

/* Whether `pattern` is well formed: classes have an end, `\` is followed by something. */
bool cog_glob_valid(const char *pattern);

/* Whether `pattern`, which is valid, matches the whole of `path`. Wildcards count in code
 * points; bytes that are not UTF-8 count one by one. */
bool cog_glob_matches(const char *pattern, const char *path);

#endif
