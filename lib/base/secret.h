/* secret.h - memory that holds passwords, tokens and keys. */
#ifndef COG_BASE_SECRET_H
#define COG_BASE_SECRET_H

#include <stddef.h>

/* Keeps the whole process out of core dumps, and other processes of the same user out of
 * its memory. */
void cog_secrets_protect(void);

/* Keeps the bytes out of swap space, as far as RLIMIT_MEMLOCK goes. */
void cog_secret_lock(const void *bytes, size_t size);

/* Overwrites the bytes, whatever the compiler thinks of that. */
void cog_secret_wipe(void *bytes, size_t size);

/* Wipes, unlocks and frees what was allocated; `bytes` may be NULL. */
void cog_secret_free(void *bytes, size_t size);

#endif
