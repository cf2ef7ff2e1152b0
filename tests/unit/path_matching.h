/* path_matching.h - a path matched as a walk matches it: folder by folder. */
#ifndef COG_TESTS_PATH_MATCHING_H
#define COG_TESTS_PATH_MATCHING_H

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "tree/ignore.h"

/* Whether the list matches `path`. `results` has room for `ignore->count` values. */
static inline bool match_path(const struct cog_ignore *ignore, const char *path,
                              bool *results)
{
    auto_free bool *above = cog_calloc(ignore->count, sizeof *above);
    auto_free char *part = cog_strdup(path);
    char *slash = strchr(part, '/');
    bool first = true;

    for (; slash; first = false) {
        *slash = '\0';
        (void)cog_ignore_matches(ignore, part, first ? NULL : above, results);
        memcpy(above, results, ignore->count * sizeof *above);
        *slash = '/';
        slash = strchr(slash + 1, '/');
    }
    return cog_ignore_matches(ignore, path, first ? NULL : above, results);
}

#endif
