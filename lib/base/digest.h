/* digest.h - SHA-256 digests as OCI writes them ("sha256:" and 64 hex digits), and base64
 * (RFC 4648). */
#ifndef COG_BASE_DIGEST_H
#define COG_BASE_DIGEST_H

#include <stddef.h>

/* The caller frees the result. */
char *cog_sha256(const void *bytes, size_t size);

/* The same, of bytes that come piece by piece. The end frees the hash, which the caller
 * does with free() otherwise; the caller frees the result. */
struct cog_hash *cog_hash_new(void);
void cog_hash_add(struct cog_hash *hash, const void *bytes, size_t size);
char *cog_hash_end(struct cog_hash *hash);

/* Padded base64 on one line; the caller frees it. */
char *cog_base64(const void *bytes, size_t size);

/* The reverse; padding is required. Returns a NUL-terminated buffer that the caller frees,
 * or NULL when `text` is not base64. */
unsigned char *cog_base64_decode(const char *text, size_t *size);

#endif
