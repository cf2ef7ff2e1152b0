/* folder.h - writes entries that an engine names into a folder, and nowhere else.
 *
 * A name that leads out of the folder is refused, and no link is followed, neither one that
 * the engine has made nor one that was there before: a file or
 * link that stands where an entry belongs is removed first, a folder only taken for a
 * folder. */
#ifndef COG_SESSION_FOLDER_H
#define COG_SESSION_FOLDER_H

#include "session.pb-c.h"

/* Makes the folder if it is not there. Returns a descriptor, or -1 with errno. */
int cog_folder_open(const char *path);

/* Makes the entry: a folder, a symbolic link, a second name of a file that was made before,
 * or an empty file, whose descriptor is returned. Returns 0 for others than files; -1 with
 * errno, EINVAL for a name that no entry can have. What is a device, a socket or a pipe is
 * left out. */
int cog_folder_make(int folder, const Session__Stat *stat);

/* Sets the mode and the time of a file that is written, and closes it. Returns 0, or -1
 * with errno. */
int cog_folder_finish(int fd, const Session__Stat *stat);

#endif
