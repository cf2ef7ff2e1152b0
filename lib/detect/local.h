/* local.h - the files and folders of the project that a requirements file names. */
#ifndef COG_DETECT_LOCAL_H
#define COG_DETECT_LOCAL_H

#include <stdbool.h>

#include "detect/detect.h"

/* Where `written` is, relative to the project and with links followed; "." is the project
 * itself. `from` is the file that a relative path is relative to, "" for the project. The
 * caller frees it; NULL after requirements.outside or requirements.missing at `at`. */
char *cog_local_find(const struct cog_scan *scan, const char *from, const char *written,
                     struct cog_pos at);

/* Whether there is such a file or folder, inside or outside of the project. */
bool cog_local_exists(const struct cog_scan *scan, const char *from, const char *written);

/* The rest are of a path that was found. */

/* A folder that pip can install: it has a pyproject.toml or a setup.py. */
bool cog_local_is_package(const struct cog_scan *scan, const char *path);
bool cog_local_is_folder(const struct cog_scan *scan, const char *path);

#endif
