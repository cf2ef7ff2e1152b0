/* archive.c - writes the headers of a tar archive, and the files between them. */
#include "tree/archive.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/text.h"

enum { BLOCK = 512, END = 1024 /* zeros at the end of an archive */ };

static const long long max_number = 077777777777; /* of a field of a header */

/* Its members are text: octal digits, as many as fit before the NUL. */
struct header {
    char name[100], mode[8], uid[8], gid[8], size[12], mtime[12], checksum[8], type;
    char linkname[100], magic[6], version[2], owner[32], group[32], major[8], minor[8];
    char prefix[155], rest[12];
};
_Static_assert(sizeof(struct header) == BLOCK, "a header is a block");

struct cog_archive {
    struct cog_walk *walk;
    const char *prefix;
    cog_archive_choice choice;
    void *context;
    struct cog_diags *diags;
    char *pending; /* headers, or what is behind a file; `taken` of it were handed on */
    size_t pending_size, taken;
    int fd;         /* of the file that follows; -1: none */
    char *path;     /* of that file */
    long long left; /* of its bytes */
    size_t padding; /* behind it */
    bool cut;       /* it had no more of them */
    bool ended;
};

struct cog_archive *cog_archive_new(struct cog_walk *walk, const char *prefix,
                                    cog_archive_choice choice, void *context,
                                    struct cog_diags *diags)
{
    struct cog_archive *archive = cog_alloc(sizeof *archive);

    *archive = (struct cog_archive){.walk = walk,
                                    .prefix = prefix,
                                    .choice = choice,
                                    .context = context,
                                    .diags = diags,
                                    .fd = -1};
    return archive;
}

void cog_archive_free(struct cog_archive *archive)
{
    if (!archive)
        return;
    cog_auto_close(&archive->fd);
    free(archive->pending);
    free(archive->path);
    free(archive);
}

static size_t padding_of(long long size)
{
    return (size_t)(-size & (BLOCK - 1));
}

static void write_zeros(FILE *out, size_t count)
{
    static const char zeros[BLOCK];

    (void)fwrite(zeros, 1, count, out);
}

/* Texts that are too long are cut: a pax header has them whole. */
static void write_header(FILE *out, char type, const char *path, const char *target,
                         long long size, const struct stat *info)
{
    struct header header = {.type = type, .magic = "ustar", .version = "00"};
    long long mtime = info->st_mtime < 0 ? 0 : info->st_mtime;
    const char *bytes = (const char *)&header;
    unsigned sum = 0;

    memcpy(header.name, path, strnlen(path, sizeof header.name));
    memcpy(header.linkname, target, strnlen(target, sizeof header.linkname));
    (void)snprintf(header.mode, sizeof header.mode, "%07o",
                   (unsigned)info->st_mode & 07777);
    (void)snprintf(header.uid, sizeof header.uid, "%07o", 0);
    (void)snprintf(header.gid, sizeof header.gid, "%07o", 0);
    (void)snprintf(header.size, sizeof header.size, "%011llo",
                   size > max_number ? 0 : (unsigned long long)size);
    (void)snprintf(header.mtime, sizeof header.mtime, "%011llo",
                   mtime > max_number ? 0 : (unsigned long long)mtime);
    memset(header.checksum, ' ', sizeof header.checksum);
    for (size_t i = 0; i < sizeof header; i++)
        sum += (unsigned char)bytes[i];
    (void)snprintf(header.checksum, sizeof header.checksum, "%06o", sum);
    (void)fwrite(&header, 1, sizeof header, out);
}

/* "LENGTH KEY=VALUE\n", whose length counts its own digits, too. */
static void write_record(FILE *out, const char *key, const char *value)
{
    size_t rest = strlen(key) + strlen(value) + 3, size = rest + 1;
    char digits[24];

    while (size != rest + (size_t)snprintf(digits, sizeof digits, "%zu", size))
        size = rest + strlen(digits);
    (void)fprintf(out, "%zu %s=%s\n", size, key, value);
}

static bool fits(const char *text)
{
    size_t length = strlen(text);

    for (size_t i = 0; i < length; i++) {
        if ((unsigned char)text[i] > 126)
            return false;
    }
    return length < 100;
}

/* What does not fit into a header goes before it. */
static void write_pax(FILE *out, const char *path, const char *target, long long size)
{
    static const struct stat info = {.st_mode = 0644};
    auto_free char *number = cog_printf("%lld", size);
    char *records;
    size_t length;
    FILE *text = cog_text_open(&records, &length);

    if (!fits(path))
        write_record(text, "path", path);
    if (!fits(target))
        write_record(text, "linkpath", target);
    if (size > max_number)
        write_record(text, "size", number);
    cog_text_close(text, &records);
    if (length > 0) {
        write_header(out, 'x', "pax", "", (long long)length, &info);
        (void)fwrite(records, 1, length, out);
        write_zeros(out, padding_of((long long)length));
    }
    free(records);
}

static void write_headers(struct cog_archive *archive, const struct cog_entry *entry)
{
    bool folder = S_ISDIR(entry->info.st_mode);
    char type = '0';
    auto_free char *path =
        cog_printf("%s%s%s", archive->prefix, entry->path, folder ? "/" : "");
    const char *target = entry->target ? entry->target : "";
    FILE *out = cog_text_open(&archive->pending, &archive->pending_size);

    if (folder)
        type = '5';
    else if (entry->target)
        type = '2';
    write_pax(out, path, target, archive->left);
    write_header(out, type, path, target, archive->left, &entry->info);
    cog_text_close(out, &archive->pending);
}

static void close_file(struct cog_archive *archive)
{
    cog_auto_close(&archive->fd);
    archive->fd = -1;
    archive->left = 0;
}

static int fail(struct cog_archive *archive, const char *path)
{
    return cog_report(archive->diags, COG_ERROR, (struct cog_pos){.file = path},
                      "file.unreadable", "%s", strerror(errno));
}

/* Opens the file of an entry. Returns 1; 0: it is not there any more; -1 after a
 * diagnostic. */
static int open_file(struct cog_archive *archive, struct cog_entry *entry)
{
    archive->fd = cog_walk_open(archive->walk, entry->path);
    if (archive->fd < 0)
        return errno == ENOENT || errno == ENOTDIR || errno == ELOOP
                   ? 0
                   : fail(archive, entry->path);
    free(archive->path);
    archive->path = cog_strdup(entry->path);
    archive->cut = false;
    if (fstat(archive->fd, &entry->info) < 0)
        return fail(archive, entry->path);
    archive->left = S_ISREG(entry->info.st_mode) ? entry->info.st_size : -1;
    archive->padding = padding_of(archive->left);
    if (archive->left >= 0)
        return 1;
    close_file(archive); /* something else has taken its place */
    return 0;
}

/* Whether the entry is one that an archive has. Returns 1, 0, or -1 after a diagnostic. */
static int take(struct cog_archive *archive, struct cog_entry *entry)
{
    mode_t mode = entry->info.st_mode;

    if (!S_ISREG(mode) && !S_ISDIR(mode) && !S_ISLNK(mode))
        return 0;
    if (!archive->choice(archive->context, entry))
        return 0;
    return S_ISREG(mode) ? open_file(archive, entry) : 1;
}

/* Makes the headers of the next entry pending, or the end. Returns 0 or -1. */
static int next_entry(struct cog_archive *archive)
{
    struct cog_entry entry;
    int found;

    while ((found = cog_walk_next(archive->walk, &entry, archive->diags)) > 0) {
        int taken = take(archive, &entry);
        if (taken < 0)
            return -1;
        if (taken > 0) {
            write_headers(archive, &entry);
            return 0;
        }
    }
    archive->ended = true;
    archive->pending_size = END;
    archive->pending = cog_alloc(END);
    return found;
}

static size_t take_pending(struct cog_archive *archive, char *bytes, size_t size)
{
    size_t left = archive->pending_size - archive->taken;

    if (size > left)
        size = left;
    memcpy(bytes, archive->pending + archive->taken, size);
    archive->taken += size;
    if (size == left) {
        free(archive->pending);
        archive->pending = NULL;
        archive->taken = 0;
    }
    return size;
}

static void end_file(struct cog_archive *archive)
{
    close_file(archive);
    archive->pending_size = archive->padding;
    archive->pending = archive->padding ? cog_calloc(1, archive->padding) : NULL;
}

/* Of the file, or zeros. Returns how many, or -1. */
static long take_content(struct cog_archive *archive, char *bytes, size_t size)
{
    if ((long long)size > archive->left)
        size = (size_t)archive->left;
    ssize_t got = archive->cut ? 0 : read(archive->fd, bytes, size);
    if (got < 0)
        return fail(archive, archive->path);
    if (got == 0 && !archive->cut)
        cog_report(archive->diags, COG_WARNING, (struct cog_pos){.file = archive->path},
                   "context.changed", "the file became shorter while it was sent");
    if (got == 0) {
        archive->cut = true;
        memset(bytes, 0, size);
        got = (ssize_t)size;
    }
    archive->left -= got;
    return got;
}

long cog_archive_read(struct cog_archive *archive, char *bytes, size_t size)
{
    for (;;) {
        if (archive->pending)
            return (long)take_pending(archive, bytes, size);
        if (archive->fd >= 0 && archive->left > 0)
            return take_content(archive, bytes, size);
        if (archive->fd >= 0)
            end_file(archive);
        else if (archive->ended)
            return 0;
        else if (next_entry(archive) < 0)
            return -1;
    }
}
