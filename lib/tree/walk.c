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

struct name {
    const char *text;
    mode_t type; /* the bits S_IFMT of st_mode; 0: not known yet */
};

/* One folder on the way down. */
struct level {
    int fd;
    struct name *names; /* ascending; all in `text` */
    char *text;
    size_t count, next;
    size_t length;    /* of the folder's path, in cog_walk.path */
    struct stat info; /* of the folder */
    bool *results;    /* of the lists for the folder; NULL: the root */
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
    bool *results;    /* of `exclude` and then of `include` for the entry at hand */
    bool held;        /* the entry at hand waits for its folders to be given */
    bool names;       /* entries are given by name and type */
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
    return strcmp(((const struct name *)a)->text, ((const struct name *)b)->text);
}

/* Reads the entries of `dir`: each a byte for its type, as the kernel gives it, and its
 * name. Returns 0 or an errno. */
static int read_names(struct level *level, DIR *dir)
{
    size_t size = 0, capacity = 0;

    for (const struct dirent *found; (void)(errno = 0), (found = readdir(dir));) {
        size_t length = strlen(found->d_name) + 1;
        if (strcmp(found->d_name, ".") == 0 || strcmp(found->d_name, "..") == 0)
            continue;
        if (size + 1 + length > capacity) {
            capacity = 2 * capacity + length + 1024;
            level->text = cog_realloc(level->text, capacity, 1);
        }
        level->text[size++] = (char)found->d_type;
        memcpy(level->text + size, found->d_name, length);
        size += length;
        level->count++;
    }
    return errno;
}

/* Lists the folder `level->fd`. Returns 0 or an errno. */
static int list(struct level *level)
{
    int fd = dup(level->fd), reason;
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);

    if (!dir) {
        reason = errno;
        if (fd >= 0)
            close(fd);
        return reason;
    }
    reason = read_names(level, dir);
    (void)closedir(dir);

    level->names = cog_calloc(level->count, sizeof *level->names);
    const char *text = level->text;
    for (size_t i = 0; i < level->count; i++, text += strlen(text) + 1) {
        mode_t type = (unsigned char)*text++; /* DT_REG is S_IFREG >> 12, and so on */
        level->names[i] = (struct name){.text = text, .type = type << 12};
    }
    qsort(level->names, level->count, sizeof *level->names, by_bytes);
    return reason;
}

static size_t result_count(const struct cog_walk *walk)
{
    return walk->exclude->count + walk->include->count;
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
    if (walk->depth > 1) {
        level->results = cog_alloc(result_count(walk));
        memcpy(level->results, walk->results, result_count(walk));
    }
    return list(level);
}

static void leave(struct cog_walk *walk)
{
    struct level *level = &walk->levels[--walk->depth];

    close(level->fd);
    free(level->names);
    free(level->text);
    free(level->results);
}

struct cog_walk *cog_walk_new(const char *root, const struct cog_ignore *include,
                              const struct cog_ignore *exclude, struct cog_diags *diags)
{
    static const struct cog_ignore none = {0};
    struct cog_walk *walk = cog_alloc(sizeof *walk);
    /* the root itself may be a link: it is what the user named */
    int fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int reason = fd < 0 ? errno : 0;

    walk->root = cog_strdup(root);
    walk->include = include ? include : &none;
    walk->exclude = exclude ? exclude : &none;
    walk->results = cog_alloc(result_count(walk));
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
    free(walk->results);
    free(walk->root);
    free(walk);
}

static void set_path(struct cog_walk *walk, const struct level *level, const char *name)
{
    size_t length = level->length, size = strlen(name) + 1;

    if (length + 1 + size > walk->capacity) {
        walk->capacity = 2 * (length + 1 + size);
        walk->path = cog_realloc(walk->path, walk->capacity, 1);
    }
    if (length)
        walk->path[length++] = '/';
    memcpy(walk->path + length, name, size);
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

enum verdict {
    PASSED, /* left out, with all that is in it */
    LEADS,  /* left out, but something in it could be wanted */
    WANTED,
};

static enum verdict judge(struct cog_walk *walk, const struct level *level)
{
    const struct cog_ignore *exclude = walk->exclude, *include = walk->include;
    const bool *above = level->results;
    bool *excludes = walk->results, *includes = walk->results + exclude->count;
    bool excluded = cog_ignore_matches(exclude, walk->path, above, excludes);
    bool included = !include->count ||
                    cog_ignore_matches(include, walk->path,
                                       above ? above + exclude->count : NULL, includes);

    if (included && !excluded)
        return WANTED;
    return (included || cog_ignore_reaches_into(include, walk->path, includes)) &&
                   (!excluded || cog_ignore_reaches_into(exclude, walk->path, excludes))
               ? LEADS
               : PASSED;
}

/* Enters or reads what is at hand. Returns 0 or an errno. */
static int open_entry(struct cog_walk *walk, const struct level *level, const char *name,
                      bool given)
{
    if (S_ISLNK(walk->info.st_mode))
        return read_target(walk, level, name);
    if (!S_ISDIR(walk->info.st_mode))
        return 0;
    int fd = openat(level->fd, name, OPEN_FOLDER);
    return fd < 0 ? errno : enter(walk, fd, given);
}

/* Looks at the next name of the innermost folder, no closer than is needed. Returns 1 when
 * it is an entry to give, 0 when not, -1 after a diagnostic. */
static int look(struct cog_walk *walk, struct cog_diags *diags)
{
    struct level *level = &walk->levels[walk->depth - 1];
    const struct name *name = &level->names[level->next++];

    set_path(walk, level, name->text);
    enum verdict verdict = judge(walk, level);
    if (verdict == PASSED || (verdict == LEADS && name->type && !S_ISDIR(name->type)))
        return 0;
    walk->info.st_mode = name->type;
    if ((!walk->names || !name->type) &&
        fstatat(level->fd, name->text, &walk->info, AT_SYMLINK_NOFOLLOW) < 0)
        return errno == ENOENT ? 0 : unreadable(walk, walk->path, errno, diags);
    if (verdict == LEADS && !S_ISDIR(walk->info.st_mode))
        return 0;
    int reason = open_entry(walk, level, name->text, verdict == WANTED);
    if (reason)
        return reason == ENOENT ? 0 : unreadable(walk, walk->path, reason, diags);
    return verdict == WANTED;
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

void cog_walk_names(struct cog_walk *walk)
{
    walk->names = true;
}

int cog_walk_look(const struct cog_walk *walk, struct cog_entry *entry)
{
    const struct level *level = &walk->levels[walk->depth - 1];

    return fstatat(level->fd, level->names[level->next - 1].text, &entry->info,
                   AT_SYMLINK_NOFOLLOW);
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
