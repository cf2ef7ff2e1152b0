/* id.c - names that nobody else has. */
#include "buildkit/id.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

#include "base/alloc.h"

enum {
    LENGTH = 25,
};

/* the kernel has no entropy: not a machine */
static void draw(unsigned char *bytes, size_t size)
{
    if (getrandom(bytes, size, 0) != (ssize_t)size)
        abort();
}

char *cog_random_id(void)
{
    static const char digits[] = "0123456789abcdefghijklmnopqrstuvwxyz";
    unsigned char bytes[LENGTH];
    char *id = cog_alloc(LENGTH + 1);

    draw(bytes, sizeof bytes);
    for (unsigned i = 0; i < LENGTH; i++)
        id[i] = digits[bytes[i] % (sizeof digits - 1)];
    return id;
}

char *cog_time_id(void)
{
    struct timespec now;
    unsigned char b[16];

    (void)clock_gettime(CLOCK_REALTIME, &now);
    draw(b, sizeof b);
    uint64_t time = (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
    for (unsigned i = 0; i < 6; i++)
        b[i] = (unsigned char)(time >> (40 - 8 * i));
    b[6] = (unsigned char)(0x70 | (b[6] & 0x0f));
    b[8] = (unsigned char)(0x80 | (b[8] & 0x3f));
    return cog_printf(
        "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[0], b[1],
        b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14],
        b[15]);
}
