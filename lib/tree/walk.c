/* walk.c - the entries of a folder, one after the other. */
#include "tree/walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/auto.h"

enum {
    OPEN_FOLDER = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC,
};

/* One folder on the way down. */
struct level {
    int fd;
    char **names; /* ascending; all in `text` */
    char *text;
    size_t count, next;
    size_t length;    /* of the folder's path, in cog_walk.path */
    struct stat info; /* of the folder */
    bool given;       /* as an entry; a folder that only leads to entries waits for one */
};

struct cog_walk {
    char *root;
    const struct cog_ignore *include, *exclude;
    struct level *levels;
    size_t depth; /* levels in use; the first is the root, 0: all done */
    char *path;   /* of the entry at hand */
    size_t capacity;
    char *parent; /* the path of a folder that was given late */
    char *target;
    struct stat info; /* of the entry at hand */
    bool held;        /* the entry at hand waits for its folders to be given */
};

static int unreadable(const struct cog_walk *walk, const char *path, int reason,
                      struct cog_diags *diags)
{
    auto_free char *full = cog_printf("%s/%s", walk->root, path);

    if (reason == ENOMEM)
        cog_out_of_memory();
    return cog_report(diags, COG_ERROR, (struct cog_pos){.file = *path ? full : walk->root},
                      reason == ENOENT ? "file.missing" : "file.unreadable",
                      "cannot read: %s", strerror(reason));
}

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Reads the names of the folder `level->fd`. Returns 0 or an errno. */
static int list(struct level *level)
{
    size_t size = 0, capacity = 0;
    int fd = dup(level->fd), reason;
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);

    if (!dir) {
        reason = errno;
        if (fd >= 0)
            close(fd);
        return reason;
    }
    for (const struct dirent *found; (void)(errno = 0), (found = readdir(dir));) {
        size_t length = strlen(found->d_name) + 1;
        if (strcmp(found->d_name, ".") == 0 || strcmp(found->d_name, "..") == 0)
            continue;
        if (size + length > capacity) {
            capacity = 2 * capacity + length + 1024;
            level->text = cog_realloc(level->text, capacity, 1);
        }
        memcpy(level->text + size, found->d_name, length);
        size += length;
        level->count++;
    }
    reason = errno;
    (void)closedir(dir);

    level->names = cog_calloc(level->count, sizeof *level->names);
    char *name = level->text;
    for (size_t i = 0; i < level->count; i++, name += strlen(name) + 1)
        level->names[i] = name;
    qsort(level->names, level->count, sizeof *level->names, by_bytes);
    return reason;
}

/* Enters the folder `fd`, which is closed with the level. Returns 0 or an errno. */
static int enter(struct cog_walk *walk, int fd, bool given)
{
    walk->levels = cog_realloc(walk->levels, walk->depth + 1, sizeof *walk->levels);
    struct level *level = &walk->levels[walk->depth++];

    *level = (struct level){
        .fd = fd,
        .length = walk->path ? strlen(walk->path) : 0,
        .info = walk->info,
        .given = given,
    };
    return list(level);
}

static void leave(struct cog_walk *walk)
{
    struct level *level = &walk->levels[--walk->depth];

    close(level->fd);
    free(level->names);
    free(level->text);
}

struct cog_walk *cog_walk_new(const char *root, const struct cog_ignore *include,
                              const struct cog_ignore *exclude, struct cog_diags *diags)
{
    struct cog_walk *walk = cog_alloc(sizeof *walk);
    /* the root itself may be a link: it is what the user named */
    int fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int reason = fd < 0 ? errno : 0;

    walk->root = cog_strdup(root);
    walk->include = include && include->count ? include : NULL;
    walk->exclude = exclude;
    if (!reason)
        reason = enter(walk, fd, true);
    if (!reason)
        return walk;
    unreadable(walk, "", reason, diags);
    cog_walk_free(walk);
    return NULL;
}

void cog_walk_free(struct cog_walk *walk)
{
    if (!walk)
        return;
    while (walk->depth)
        leave(walk);
    free(walk->levels);
    free(walk->path);
    free(walk->parent);
    free(walk->target);
    free(walk->root);
    free(walk);
}

static void set_path(struct cog_walk *walk, const struct level *level, const char *name)
{
    size_t need = level->length + strlen(name) + 2;

    if (need > walk->capacity) {
        walk->capacity = 2 * need;
        walk->path = cog_realloc(walk->path, walk->capacity, 1);
    }
    (void)snprintf(walk->path + level->length, walk->capacity - level->length, "%s%s",
                   level->length ? "/" : "", name);
}

/* Reads the target of the link at hand. Returns 0 or an errno. */
static int read_target(struct cog_walk *walk, const struct level *level, const char *name)
{
    for (size_t capacity = 256;; capacity *= 2) {
        walk->target = cog_realloc(walk->target, capacity, 1);
        ssize_t length = readlinkat(level->fd, name, walk->target, capacity);
        if (length < 0)
            return errno;
        if ((size_t)length < capacity) {
            walk->target[length] = '\0';
            return 0;
        }
    }
}

static bool wanted(const struct cog_walk *walk)
{
    return (!walk->include || cog_ignore_matches(walk->include, walk->path)) &&
           !(walk->exclude && cog_ignore_matches(walk->exclude, walk->path));
}

/* Whether a folder that is not wanted itself could hold something that is. */
static bool leads_on(const struct cog_walk *walk)
{
    if (walk->include && !cog_ignore_matches(walk->include, walk->path) &&
        !cog_ignore_reaches_into(walk->include, walk->path, false))
        return false;
    return !walk->exclude || !cog_ignore_matches(walk->exclude, walk->path) ||
           cog_ignore_reaches_into(walk->exclude, walk->path, true);
}

/* Looks at the next name of the innermost folder. Returns 1 when it is an entry to give, 0
 * when not, -1 after a diagnostic. */
static int look(struct cog_walk *walk, struct cog_diags *diags)
{
    struct level *level = &walk->levels[walk->depth - 1];
    const char *name = level->names[level->next++];
    int reason = 0;

    set_path(walk, level, name);
    if (fstatat(level->fd, name, &walk->info, AT_SYMLINK_NOFOLLOW) < 0)
        return errno == ENOENT ? 0 : unreadable(walk, walk->path, errno, diags);
    if (S_ISSOCK(walk->info.st_mode))
        return 0;
    bool given = wanted(walk);
    if (S_ISDIR(walk->info.st_mode)) {
        if (!given && !leads_on(walk))
            return 0;
        int fd = openat(level->fd, name, OPEN_FOLDER);
        reason = fd < 0 ? errno : enter(walk, fd, given);
    } else if (given && S_ISLNK(walk->info.st_mode)) {
        reason = read_target(walk, level, name);
    }
    if (reason)
        return reason == ENOENT ? 0 : unreadable(walk, walk->path, reason, diags);
    return given;
}

/* The outermost folder that leads to the entry at hand and was not given yet. */
static struct level *first_withheld(const struct cog_walk *walk)
{
    for (size_t i = 0; i < walk->depth; i++) {
        if (!walk->levels[i].given)
            return &walk->levels[i];
    }
    return NULL;
}

static void give_folder(struct cog_walk *walk, struct level *level, struct cog_entry *entry)
{
    free(walk->parent);
    walk->parent = cog_strndup(walk->path, level->length);
    level->given = true;
    *entry = (struct cog_entry){.path = walk->parent, .info = level->info};
}

int cog_walk_next(struct cog_walk *walk, struct cog_entry *entry, struct cog_diags *diags)
{
    while (!walk->held) {
        if (walk->depth == 0)
            return 0;
        const struct level *level = &walk->levels[walk->depth - 1];
        if (level->next == level->count) {
            if (walk->depth == 1)
                return 0; /* the root stays open for cog_walk_open() */
            leave(walk);
            continue;
        }
        int found = look(walk, diags);
        if (found < 0)
            return -1;
        walk->held = found;
    }
    struct level *folder = first_withheld(walk);
    if (folder) {
        give_folder(walk, folder, entry);
        return 1;
    }
    walk->held = false;
    *entry = (struct cog_entry){
        .path = walk->path,
        .target = S_ISLNK(walk->info.st_mode) ? walk->target : NULL,
        .info = walk->info,
    };
    return 1;
}

int cog_walk_open(const struct cog_walk *walk, const char *path)
{
    int fd = dup(walk->levels[0].fd);

    for (size_t part; fd >= 0 && path[part = strcspn(path, "/")]; path += part + 1) {
        auto_close int folder = fd;
        auto_free char *name = cog_strndup(path, part);
        fd = openat(folder, name, OPEN_FOLDER);
    }
    if (fd < 0)
        return -1;
    auto_close int folder = fd;
    /* a FIFO put in the file's place must not block */
    return openat(folder, path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
}
