/* path.h - paths inside a project, as text: no file is looked at. */
#ifndef COG_BASE_PATH_H
#define COG_BASE_PATH_H

#include <stdbool.h>

/* `path` as seen from the file `from` of the project ("deps/all.txt", or "" for the
 * project's root), cleaned of "." and ".." and doubled slashes. The caller frees it; NULL
 * when it is absolute or leaves the project. */
char *cog_path_inside(const char *from, const char *path);

/* Whether `path` is absolute and clean: no empty, "." or ".." part, no slash at its end
 * ("/" is clean). */
bool cog_path_is_clean(const char *path);

/* "dir/path"; "path" when `dir` is ".". The caller frees it. */
char *cog_path_join(const char *dir, const char *path);

#endif
