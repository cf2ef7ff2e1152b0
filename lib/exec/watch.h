/* watch.h - notices that Python files of a folder have changed (inotify(7)). */
#ifndef COG_EXEC_WATCH_H
#define COG_EXEC_WATCH_H

#include <stdbool.h>

/* Zero-initialise. */
struct cog_watch {
    int fd; /* to poll, once begun */
    char **folders;
    int count; /* of watches; `folders` is indexed by them */
};

/* Watches `folder` and the folders below it, but not hidden ones and those that hold no
 * source (__pycache__, node_modules, venv). Returns 0, or -1 when the system refuses. */
int cog_watch_begin(struct cog_watch *watch, const char *folder);

/* Takes what has come: whether a file NAME.py or cog.yaml was written, moved or removed.
 * New folders are watched, too. */
bool cog_watch_changed(struct cog_watch *watch);
void cog_watch_release(struct cog_watch *watch);

#endif
