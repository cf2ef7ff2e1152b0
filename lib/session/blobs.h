/* blobs.h - the blobs of a folder in OCI's image layout (image-spec, image-layout.md):
 * FOLDER/blobs/sha256/HEX. */
#ifndef COG_SESSION_BLOBS_H
#define COG_SESSION_BLOBS_H

#include <stdint.h>

#include "base/digest.h"

/* Opens a blob. Returns a descriptor and its size, or -1 with errno; EINVAL for what is not
 * the digest of one. */
int cog_blob_open(const char *folder, const char *digest, int64_t *size);

/* A blob on its way in. Its file has another name until it is whole. */
struct cog_blob_writer {
    char *folder, *partial;
    int fd; /* -1: none */
    int64_t size;
    struct cog_hash *hash;
};

/* Each returns 0, or -1 with errno. The folder is made if it is not there. */
int cog_blob_begin(struct cog_blob_writer *writer, const char *folder);
int cog_blob_write(struct cog_blob_writer *writer, const void *bytes, size_t size);

/* Gives the blob its name, with `*digest`, which the caller frees; `expected` is what it
 * must be, or "". EBADMSG: it is not. */
int cog_blob_commit(struct cog_blob_writer *writer, const char *expected, char **digest);

/* To be called in any case; what was not committed is gone then. */
void cog_blob_release(struct cog_blob_writer *writer);

#endif
