/* folder.c - writes entries that an engine names into a folder, and nowhere else. */
#include "session/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/path.h"

/* Go's os.FileMode. */
static const uint32_t is_folder = UINT32_C(1) << 31, is_link = 1 << 27,
                      is_special = 1 << 26 | 1 << 25 | 1 << 24;

static int fail(int reason)
{
    errno = reason;
    return -1;
}

int cog_folder_open(const char *path)
{
    if (mkdir(path, 0777) < 0 && errno != EEXIST)
        return -1;
    return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* Opens the folder that the last part of `path`, at `*name`, is in. */
static int open_parent(int folder, const char *path, const char **name)
{
    int parent = fcntl(folder, F_DUPFD_CLOEXEC, 0);

    for (*name = path; parent >= 0; *name += strcspn(*name, "/") + 1) {
        const char *slash = strchr(*name, '/');
        if (!slash)
            return parent;
        auto_free char *part = cog_strndup(*name, (size_t)(slash - *name));
        int next = openat(parent, part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        int reason = errno;
        (void)close(parent);
        errno = reason;
        parent = next;
    }
    return -1;
}

/* Whether the path is one of an entry: relative, and without "..". */
static bool leads_inside(const char *path)
{
    auto_free char *absolute = cog_printf("/%s", path);

    return *path && cog_path_is_clean(absolute);
}

static int make_folder(int parent, const char *name, uint32_t mode)
{
    struct stat info;

    if (fstatat(parent, name, &info, AT_SYMLINK_NOFOLLOW) == 0) {
        if (S_ISDIR(info.st_mode))
            return 0;
        if (unlinkat(parent, name, 0) < 0)
            return -1;
    }
    /* what is in it must be possible to write */
    return mkdirat(parent, name, (mode & 0777) | 0700);
}

static int make_second_name(int folder, int parent, const char *name, const char *first)
{
    const char *first_name;

    if (!leads_inside(first))
        return fail(EINVAL);
    auto_close int first_parent = open_parent(folder, first, &first_name);
    return first_parent < 0 ? -1 : linkat(first_parent, first_name, parent, name, 0);
}

int cog_folder_make(int folder, const Session__Stat *stat)
{
    const char *name;

    if (!leads_inside(stat->path))
        return fail(EINVAL);
    auto_close int parent = open_parent(folder, stat->path, &name);
    if (parent < 0)
        return -1;
    if (stat->mode & is_folder)
        return make_folder(parent, name, stat->mode);
    if (stat->mode & is_special)
        return 0;
    if (unlinkat(parent, name, 0) < 0 && errno != ENOENT)
        return -1;
    if (stat->mode & is_link)
        return symlinkat(stat->linkname, parent, name);
    if (*stat->linkname)
        return make_second_name(folder, parent, name, stat->linkname);
    return openat(parent, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
}

int cog_folder_finish(int fd, const Session__Stat *stat)
{
    const int64_t second = 1000000000;
    struct timespec times[2] = {
        {.tv_nsec = UTIME_NOW},
        {.tv_sec = stat->mod_time / second, .tv_nsec = (long)(stat->mod_time % second)}};

    if (times[1].tv_nsec < 0) {
        times[1].tv_nsec += (long)second;
        times[1].tv_sec--;
    }
    int failed = fchmod(fd, stat->mode & 0777) | futimens(fd, times);
    return close(fd) < 0 || failed ? -1 : 0;
}
