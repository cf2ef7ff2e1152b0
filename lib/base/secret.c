/* secret.c - locks and wipes memory. */
#include "base/secret.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

void cog_secrets_protect(void)
{
    static const struct rlimit none = {0, 0};

    (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    (void)setrlimit(RLIMIT_CORE, &none);
}

void cog_secret_lock(const void *bytes, size_t size)
{
    if (size > 0)
        (void)mlock(bytes, size);
}

void cog_secret_wipe(void *bytes, size_t size)
{
    volatile unsigned char *at = bytes;

    while (size-- > 0)
        *at++ = 0;
}

/* Unlocking takes whole pages, so another secret beside it may be unlocked, too: at the end
 * all are freed together. */
void cog_secret_free(void *bytes, size_t size)
{
    if (!bytes)
        return;
    cog_secret_wipe(bytes, size);
    (void)munlock(bytes, size);
    free(bytes);
}
