/* digest.c - SHA-256 and base64 through libcrypto. */
#include "base/digest.h"

/* OpenSSL 3 would have us use SHA256(), which allocates and leaves the hash unset when it
 * cannot. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <limits.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"

static const char prefix[] = "sha256:";

struct cog_hash {
    SHA256_CTX context;
};

struct cog_hash *cog_hash_new(void)
{
    struct cog_hash *hash = cog_alloc(sizeof *hash);

    SHA256_Init(&hash->context);
    return hash;
}

void cog_hash_add(struct cog_hash *hash, const void *bytes, size_t size)
{
    SHA256_Update(&hash->context, bytes, size);
}

char *cog_hash_end(struct cog_hash *made)
{
    static const char digits[] = "0123456789abcdef";
    unsigned char hash[SHA256_DIGEST_LENGTH];
    char *text = cog_alloc(sizeof prefix + 2 * sizeof hash);

    SHA256_Final(hash, &made->context);
    free(made);
    memcpy(text, prefix, sizeof prefix);
    for (size_t i = 0; i < sizeof hash; i++) {
        text[sizeof prefix - 1 + 2 * i] = digits[hash[i] >> 4];
        text[sizeof prefix + 2 * i] = digits[hash[i] & 15];
    }
    return text;
}

char *cog_sha256(const void *bytes, size_t size)
{
    struct cog_hash *hash = cog_hash_new();

    cog_hash_add(hash, bytes, size);
    return cog_hash_end(hash);
}

char *cog_base64(const void *bytes, size_t size)
{
    if (size > INT_MAX / 2)
        abort();
    char *text = cog_alloc((size + 2) / 3 * 4 + 1);
    EVP_EncodeBlock((unsigned char *)text, bytes, (int)size);
    return text;
}

unsigned char *cog_base64_decode(const char *text, size_t *size)
{
    size_t length = strlen(text);

    if (length % 4 != 0 || length > INT_MAX || strpbrk(text, " \t\r\n"))
        return NULL;
    auto_free unsigned char *bytes = cog_alloc(length / 4 * 3 + 1);
    int decoded = EVP_DecodeBlock(bytes, (const unsigned char *)text, (int)length);
    if (decoded < 0)
        return NULL;
    *size = (size_t)decoded; /* EVP_DecodeBlock counts the padding as zeros */
    for (size_t i = length; i > 0 && text[i - 1] == '=' && length - i < 2; i--)
        (*size)--;
    bytes[*size] = '\0';
    unsigned char *result = bytes;
    bytes = NULL;
    return result;
}
