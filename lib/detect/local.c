/* local.c - paths that requirements files name, looked up in the project's folder. */
#include "detect/local.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/path.h"

/* What follows the folder `root` in the absolute path `path`: "" for the folder itself.
 * NULL when the path is not in it. */
static const char *below(const char *root, const char *path)
{
    size_t length = strcmp(root, "/") == 0 ? 0 : strlen(root);

    if (strncmp(root, path, length) != 0 || (path[length] && path[length] != '/'))
        return NULL;
    return path + length + (path[length] == '/');
}

/* The path relative to the project, cleaned, "." included; NULL when it leads out. */
static char *inside(const char *root, const char *from, const char *written)
{
    const char *rest = *written == '/' ? below(root, written) : written;
    auto_free char *deeper = rest ? cog_printf("%s/x", *rest ? rest : ".") : NULL;
    char *path = rest ? cog_path_inside(rest == written ? from : "", deeper) : NULL;

    if (!path)
        return NULL;
    char *end = strrchr(path, '/');
    *(end ? end : path) = '\0';
    if (*path)
        return path;
    free(path);
    return cog_strdup(".");
}

static char *outside(const struct cog_scan *scan, const char *written, struct cog_pos at)
{
    cog_report(scan->diags, COG_ERROR, at, "requirements.outside",
               "%s is outside of the project's folder", written);
    return NULL;
}

char *cog_local_find(const struct cog_scan *scan, const char *from, const char *written,
                     struct cog_pos at)
{
    char root[PATH_MAX], real[PATH_MAX];
    auto_free char *path = realpath(scan->root, root) ? inside(root, from, written) : NULL;

    if (!path)
        return outside(scan, written, at);
    auto_free char *full = cog_path_join(root, path);
    if (!realpath(full, real)) {
        cog_report(scan->diags, COG_ERROR, at, "requirements.missing", "%s does not exist",
                   path);
        return NULL;
    }
    const char *rest = below(root, real);
    if (!rest)
        return outside(scan, written, at);
    return cog_strdup(*rest ? rest : ".");
}

bool cog_local_exists(const struct cog_scan *scan, const char *from, const char *written)
{
    const char *slash = *written == '/' ? NULL : strrchr(from, '/');
    auto_free char *path =
        cog_printf("%.*s%s", slash ? (int)(slash + 1 - from) : 0, from, written);
    auto_free char *full =
        *written == '/' ? cog_strdup(path) : cog_path_join(scan->root, path);

    return access(full, F_OK) == 0;
}

static mode_t mode_of(const struct cog_scan *scan, const char *path)
{
    auto_free char *full = cog_path_join(scan->root, path);
    struct stat info;

    return stat(full, &info) == 0 ? info.st_mode : 0;
}

bool cog_local_is_folder(const struct cog_scan *scan, const char *path)
{
    return S_ISDIR(mode_of(scan, path));
}

static bool is_file(const struct cog_scan *scan, const char *path)
{
    return S_ISREG(mode_of(scan, path));
}

bool cog_local_is_package(const struct cog_scan *scan, const char *path)
{
    auto_free char *project = cog_printf("%s/pyproject.toml", path);
    auto_free char *setup = cog_printf("%s/setup.py", path);

    return is_file(scan, project) || is_file(scan, setup);
}
