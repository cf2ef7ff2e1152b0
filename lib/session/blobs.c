/* blobs.c - the blobs of a folder in OCI's image layout. */
#include "session/blobs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/auto.h"

/* The path of a blob; NULL, with errno, when the text is no SHA-256 digest. */
static char *path_of(const char *folder, const char *digest)
{
    static const char algorithm[] = "sha256:";
    const char *hex = digest + sizeof algorithm - 1;

    if (strncmp(digest, algorithm, sizeof algorithm - 1) != 0 || strlen(hex) != 64 ||
        strspn(hex, "0123456789abcdef") != 64) {
        errno = EINVAL;
        return NULL;
    }
    return cog_printf("%s/blobs/sha256/%s", folder, hex);
}

int cog_blob_open(const char *folder, const char *digest, int64_t *size)
{
    auto_free char *path = path_of(folder, digest);
    struct stat info;
    int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;

    if (fd < 0)
        return -1;
    if (fstat(fd, &info) < 0 || !S_ISREG(info.st_mode)) {
        (void)close(fd);
        errno = ENOENT;
        return -1;
    }
    *size = info.st_size;
    return fd;
}

static int make_folder(const char *folder, const char *below)
{
    auto_free char *path = cog_printf("%s%s", folder, below);

    return mkdir(path, 0777) < 0 && errno != EEXIST ? -1 : 0;
}

int cog_blob_begin(struct cog_blob_writer *writer, const char *folder)
{
    *writer = (struct cog_blob_writer){.folder = cog_strdup(folder), .fd = -1};
    if (make_folder(folder, "") < 0 || make_folder(folder, "/blobs") < 0 ||
        make_folder(folder, "/blobs/sha256") < 0 || make_folder(folder, "/ingest") < 0)
        return -1;
    writer->partial = cog_printf("%s/ingest/XXXXXX", folder);
    writer->fd = mkstemp(writer->partial);
    writer->hash = cog_hash_new();
    return writer->fd < 0 ? -1 : 0;
}

int cog_blob_write(struct cog_blob_writer *writer, const void *bytes, size_t size)
{
    const char *from = bytes;

    for (size_t done = 0; done < size;) {
        ssize_t written = write(writer->fd, from + done, size - done);
        if (written < 0)
            return -1;
        done += (size_t)written;
    }
    cog_hash_add(writer->hash, bytes, size);
    writer->size += (int64_t)size;
    return 0;
}

int cog_blob_commit(struct cog_blob_writer *writer, const char *expected, char **digest)
{
    *digest = cog_hash_end(writer->hash);
    writer->hash = NULL;
    auto_free char *path = path_of(writer->folder, *digest);

    if (*expected && strcmp(*digest, expected) != 0) {
        errno = EBADMSG;
        return -1;
    }
    if (fchmod(writer->fd, 0444) < 0 || rename(writer->partial, path) < 0)
        return -1;
    free(writer->partial);
    writer->partial = NULL;
    return 0;
}

void cog_blob_release(struct cog_blob_writer *writer)
{
    if (writer->fd >= 0) {
        (void)close(writer->fd);
        if (writer->partial)
            (void)unlink(writer->partial);
        auto_free char *ingest = cog_printf("%s/ingest", writer->folder);
        (void)rmdir(ingest); /* the last one does it */
    }
    free(writer->partial);
    free(writer->folder);
    free(writer->hash);
    *writer = (struct cog_blob_writer){.fd = -1};
}
