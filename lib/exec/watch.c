/* watch.c - inotify over a tree of folders. */
#include "exec/watch.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/auto.h"

enum { MAX_DEPTH = 32, MAX_FOLDERS = 8192 };

static const unsigned events =
    IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_CREATE | IN_ONLYDIR;

static bool is_source(const char *name)
{
    static const char *const others[] = {"__pycache__", "node_modules", "venv"};

    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (strcmp(name, others[i]) == 0)
            return false;
    return *name != '.';
}

/* Takes `path`. */
static int add_folder(struct cog_watch *watch, char *path)
{
    int id = inotify_add_watch(watch->fd, path, events);

    if (id < 0 || id > MAX_FOLDERS) {
        free(path);
        return -1;
    }
    if (id >= watch->count) {
        watch->folders =
            cog_realloc(watch->folders, (size_t)id + 1, sizeof *watch->folders);
        while (watch->count <= id)
            watch->folders[watch->count++] = NULL;
    }
    free(watch->folders[id]);
    watch->folders[id] = path;
    return 0;
}

/* Links are not followed. */
static int add_tree(struct cog_watch *watch, const char *path, int depth)
{
    int result = add_folder(watch, cog_strdup(path));
    DIR *folder = result == 0 && depth < MAX_DEPTH ? opendir(path) : NULL;
    const struct dirent *entry;

    while (folder && (entry = readdir(folder))) {
        struct stat info;
        auto_free char *inner = cog_printf("%s/%s", path, entry->d_name);
        if (is_source(entry->d_name) && lstat(inner, &info) == 0 && S_ISDIR(info.st_mode))
            result |= add_tree(watch, inner, depth + 1);
    }
    if (folder)
        (void)closedir(folder);
    return result;
}

int cog_watch_begin(struct cog_watch *watch, const char *folder)
{
    watch->fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    return watch->fd < 0 ? -1 : add_tree(watch, folder, 0);
}

static bool is_python(const char *name)
{
    size_t size = strlen(name);

    return (size > 3 && strcmp(name + size - 3, ".py") == 0) ||
           strcmp(name, "cog.yaml") == 0;
}

static bool take(struct cog_watch *watch, const struct inotify_event *event)
{
    bool known = event->wd >= 0 && event->wd < watch->count && watch->folders[event->wd];

    if (!known || event->len == 0)
        return false;
    if (event->mask & IN_ISDIR && event->mask & (IN_CREATE | IN_MOVED_TO) &&
        is_source(event->name)) {
        auto_free char *path = cog_printf("%s/%s", watch->folders[event->wd], event->name);
        (void)add_tree(watch, path, 0);
    }
    return !(event->mask & (IN_ISDIR | IN_CREATE)) && is_python(event->name);
}

bool cog_watch_changed(struct cog_watch *watch)
{
    _Alignas(struct inotify_event) char bytes[16384];
    bool changed = false;
    ssize_t got;

    while ((got = read(watch->fd, bytes, sizeof bytes)) > 0)
        for (const char *at = bytes; at < bytes + got;) {
            const struct inotify_event *event = (const void *)at;
            changed |= take(watch, event);
            at += sizeof *event + event->len;
        }
    return changed;
}

void cog_watch_release(struct cog_watch *watch)
{
    for (int i = 0; i < watch->count; i++)
        free(watch->folders[i]);
    free(watch->folders);
    if (watch->fd > 0)
        (void)close(watch->fd);
    *watch = (struct cog_watch){0};
}
