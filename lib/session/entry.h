/* entry.h - the entries of a folder as file sync numbers and describes them.
 *
 * Source: tonistiigi/fsutil stat.go, stat_unix.go and types/stat.proto. */
#ifndef COG_SESSION_ENTRY_H
#define COG_SESSION_ENTRY_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "session.pb-c.h"
#include "tree/walk.h"

/* st_mode as Go's os.FileMode, which is what the protocol carries. */
uint32_t cog_go_mode(mode_t mode);

/* One that has been announced, by its number. */
struct cog_announced {
    size_t path;  /* in cog_entries.paths */
    int64_t size; /* bytes of content; -1: may not be asked for (again) */
};

/* All that have been announced: 16 bytes each, and the paths of regular files. */
struct cog_entries {
    struct cog_announced *items;
    size_t count, capacity;
    char *paths; /* of regular files, NUL-terminated */
    size_t paths_size, paths_capacity;
    void *links; /* a tsearch() tree of the files that have several names */
};

void cog_entries_release(struct cog_entries *entries);

/* Numbers the entry and describes it. What `stat` points to is borrowed from `entry` and
 * `entries`, until the next call. */
void cog_entries_announce(struct cog_entries *entries, const struct cog_entry *entry,
                          Session__Stat *stat);

#endif
