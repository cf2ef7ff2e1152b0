/* scratch.h - removes the folder of a test. */
#ifndef COG_TESTS_SCRATCH_H
#define COG_TESTS_SCRATCH_H

#include <ftw.h>
#include <stdio.h>
#include <unistd.h>

static inline int scratch_drop(const char *path, const struct stat *info, int type,
                               struct FTW *place)
{
    (void)info, (void)type, (void)place;
    return remove(path);
}

/* Leaves the folder, and removes it with all that is in it. Returns 0 or -1. */
static inline int scratch_remove(const char *top)
{
    return chdir("/") < 0 || nftw(top, scratch_drop, 16, FTW_DEPTH | FTW_PHYS) != 0 ? -1
                                                                                    : 0;
}

#endif
