/* id.c - names that nobody else has. */
#include "buildkit/id.h"

#include <openssl/rand.h>
#include <stdlib.h>

#include "base/alloc.h"

enum {
    LENGTH = 25,
};

char *cog_random_id(void)
{
    static const char digits[] = "0123456789abcdefghijklmnopqrstuvwxyz";
    unsigned char bytes[LENGTH];
    char *id = cog_alloc(LENGTH + 1);

    if (RAND_bytes(bytes, sizeof bytes) != 1) /* the kernel has no entropy: not a machine */
        abort();
    for (unsigned i = 0; i < LENGTH; i++)
        id[i] = digits[bytes[i] % (sizeof digits - 1)];
    return id;
}
