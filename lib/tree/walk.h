/* walk.h - the entries of a folder, one after the other.
 *
 * The order is the one that BuildKit's file sync wants (tonistiigi/fsutil): depth first, a
 * folder before what is in it, the entries of a folder ascending by the bytes of their
 * names. The root itself is not an entry. Symbolic links are entries and never followed.
 * What vanishes between being listed and being looked at is left out.
 *
 * With `include`, an entry is given only when that list matches it; with `exclude`, only
 * when that one does not. The folders above a given entry are always given; a folder in
 * which nothing can be wanted is not entered. */
#ifndef COG_TREE_WALK_H
#define COG_TREE_WALK_H

#include <sys/stat.h>

#include "base/diag.h"
#include "tree/ignore.h"

struct cog_walk;

struct cog_entry {
    const char *path;   /* relative to the root; valid until the next call */
    const char *target; /* of a symbolic link, else NULL; valid until the next call */
    struct stat info;
};

/* Opens the folder `root`. `include` and `exclude` are borrowed and may be NULL:
 * everything, nothing. Returns NULL after file.missing or file.unreadable. */
struct cog_walk *cog_walk_new(const char *root, const struct cog_ignore *include,
                              const struct cog_ignore *exclude, struct cog_diags *diags);
void cog_walk_free(struct cog_walk *walk);

/* The next entry: returns 1, 0 after the last one, or -1 after file.unreadable. */
int cog_walk_next(struct cog_walk *walk, struct cog_entry *entry, struct cog_diags *diags);

/* From now on nothing is looked at that its folder's list tells: of `info`, only the type
 * in st_mode is set. */
void cog_walk_names(struct cog_walk *walk);

/* Fills the `info` of the entry at hand, which is no folder. Returns 0, or -1 with errno
 * set. */
int cog_walk_look(const struct cog_walk *walk, struct cog_entry *entry);

/* Opens the regular file `path` below the root for reading, at any time in the walk's life.
 * No component of it may be a link. Returns a descriptor that the caller closes, or -1 with
 * errno set. */
int cog_walk_open(const struct cog_walk *walk, const char *path);

#endif
