/* entry.c - the entries of a folder as file sync numbers and describes them. */
#include "session/entry.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "base/alloc.h"

enum {
    STICKY = 01000, /* S_ISVTX, which POSIX leaves to XSI */
};

uint32_t cog_go_mode(mode_t mode)
{
    uint32_t bits = mode & 0777;

    bits |= S_ISDIR(mode) ? UINT32_C(1) << 31 : 0;
    bits |= S_ISLNK(mode) ? 1 << 27 : 0;
    bits |= S_ISBLK(mode) || S_ISCHR(mode) ? 1 << 26 : 0;
    bits |= S_ISFIFO(mode) ? 1 << 25 : 0;
    bits |= S_ISSOCK(mode) ? 1 << 24 : 0;
    bits |= mode & S_ISUID ? 1 << 23 : 0;
    bits |= mode & S_ISGID ? 1 << 22 : 0;
    bits |= S_ISCHR(mode) ? 1 << 21 : 0;
    bits |= mode & STICKY ? 1 << 20 : 0;
    return bits;
}

/* A file with several names, in the tree. */
struct link {
    dev_t device;
    ino_t inode;
    size_t path; /* of the first name */
};

static int by_file(const void *a, const void *b)
{
    const struct link *x = a, *y = b;

    if (x->device != y->device)
        return x->device < y->device ? -1 : 1;
    return (x->inode > y->inode) - (x->inode < y->inode);
}

void cog_entries_release(struct cog_entries *entries)
{
    while (entries->links) {
        struct link *link = *(struct link **)entries->links;
        (void)tdelete(link, &entries->links, by_file);
        free(link);
    }
    free(entries->items);
    free(entries->paths);
    *entries = (struct cog_entries){0};
}

static size_t keep_path(struct cog_entries *entries, const char *path)
{
    size_t start = entries->paths_size, length = strlen(path) + 1;

    if (!entries->paths || start + length > entries->paths_capacity) {
        entries->paths_capacity += entries->paths_capacity / 2 + length + 4096;
        entries->paths = cog_realloc(entries->paths, entries->paths_capacity, 1);
    }
    memcpy(entries->paths + start, path, length);
    entries->paths_size += length;
    return start;
}

/* The first name of a file with several, or NULL when this is it; it will be kept at
 * `next_path`. */
static const char *first_name(struct cog_entries *entries, const struct stat *info,
                              size_t next_path)
{
    struct link wanted = {.device = info->st_dev, .inode = info->st_ino};

    if (info->st_nlink < 2)
        return NULL;
    struct link *const *found = tfind(&wanted, &entries->links, by_file);
    if (found)
        return entries->paths + (*found)->path;
    struct link *link = cog_alloc(sizeof *link);
    *link = wanted;
    link->path = next_path;
    if (!tsearch(link, &entries->links, by_file))
        free(link); /* out of memory: the file is sent twice */
    return NULL;
}

static void add(struct cog_entries *entries, size_t path, int64_t size)
{
    if (entries->count == entries->capacity) {
        entries->capacity += entries->capacity / 2 + 256;
        entries->items =
            cog_realloc(entries->items, entries->capacity, sizeof *entries->items);
    }
    entries->items[entries->count++] = (struct cog_announced){path, size};
}

void cog_entries_announce(struct cog_entries *entries, const struct cog_entry *entry,
                          Session__Stat *stat)
{
    const struct stat *info = &entry->info;
    bool regular = S_ISREG(info->st_mode);
    const char *first = regular ? first_name(entries, info, entries->paths_size) : NULL;

    session__stat__init(stat); /* owner: root, as Docker's own client says */
    stat->path = (char *)entry->path;
    stat->mode = cog_go_mode(info->st_mode);
    stat->mod_time = (int64_t)info->st_mtim.tv_sec * 1000000000 + info->st_mtim.tv_nsec;
    if (S_ISCHR(info->st_mode) || S_ISBLK(info->st_mode)) {
        stat->devmajor = (int64_t)major(info->st_rdev);
        stat->devminor = (int64_t)minor(info->st_rdev);
    }
    if (first)
        stat->linkname = (char *)first;
    else if (entry->target)
        stat->linkname = (char *)entry->target;
    if (!first && !S_ISDIR(info->st_mode))
        stat->size = info->st_size;
    if (regular && !first)
        add(entries, keep_path(entries, entry->path), info->st_size);
    else
        add(entries, 0, -1);
}
