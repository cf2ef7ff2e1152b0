/* path.c - paths inside a project. */
#include "base/path.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"

/* Appends the parts of `path` to `out`; false when a ".." has nothing to take away. */
static bool append(char *out, const char *path)
{
    while (*path) {
        size_t length = strcspn(path, "/");
        if (length == 2 && strncmp(path, "..", 2) == 0) {
            char *slash = strrchr(out, '/');
            if (!*out)
                return false;
            *(slash ? slash : out) = '\0';
        } else if (length && !(length == 1 && *path == '.')) {
            size_t size = strlen(out);
            if (size)
                out[size++] = '/';
            memcpy(out + size, path, length);
            out[size + length] = '\0';
        }
        path += length + (path[length] == '/');
    }
    return true;
}

char *cog_path_inside(const char *from, const char *path)
{
    const char *slash = strrchr(from, '/');
    auto_free char *folder = cog_strndup(from, slash ? (size_t)(slash - from) : 0);
    char *out = cog_alloc(strlen(from) + strlen(path) + 2);

    if (*path != '/' && append(out, folder) && append(out, path) && *out)
        return out;
    free(out);
    return NULL;
}

bool cog_path_is_clean(const char *path)
{
    auto_free char *inside = cog_path_inside("", *path == '/' ? path + 1 : path);

    if (*path != '/')
        return false;
    return path[1] ? inside && strcmp(inside, path + 1) == 0 : true;
}

char *cog_path_join(const char *dir, const char *path)
{
    return strcmp(dir, ".") == 0 ? cog_strdup(path) : cog_printf("%s/%s", dir, path);
}
