/* archive.h - the entries of a folder as a tar archive, made while it is read.
 *
 * Everything in it belongs to root. A file is as long as when it is opened: what it lacks
 * by then is filled with zeros, with a warning. Each name of a file is a file. Sockets,
 * devices and pipes are left out.
 *
 * Our own, because libarchive would come with 40 MB of others (ICU, by libxml2).
 *
 * Source: POSIX.1-2017, pax, "ustar Interchange Format" and "pax Header Block". */
#ifndef COG_TREE_ARCHIVE_H
#define COG_TREE_ARCHIVE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"
#include "tree/walk.h"

struct cog_archive;

/* Whether an entry is to be in the archive. */
typedef bool (*cog_archive_choice)(void *context, const struct cog_entry *entry);

/* Of what `walk` gives; each path gets `prefix` in front. All are borrowed. */
struct cog_archive *cog_archive_new(struct cog_walk *walk, const char *prefix,
                                    cog_archive_choice choice, void *context,
                                    struct cog_diags *diags);
void cog_archive_free(struct cog_archive *archive);

/* The next bytes: returns how many, 0 after the last ones, or -1 after file.unreadable. */
long cog_archive_read(struct cog_archive *archive, char *bytes, size_t size);

#endif
