/* nomem.c - preloaded into a program, makes its n-th allocation fail and no other.
 *
 * NOMEM_AT is n, from 1; with 0 none fails. NOMEM_TELL is the descriptor to which the
 * number of allocations is written at the program's end. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

/* glibc's own, under the names that it exports. */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);

static unsigned long count, failing;

static unsigned long number_of(const char *variable)
{
    const char *text = getenv(variable);

    return text ? strtoul(text, NULL, 10) : 0;
}

__attribute__((constructor)) static void begin(void)
{
    failing = number_of("NOMEM_AT");
    count = 0;
}

__attribute__((destructor)) static void end(void)
{
    unsigned long to = number_of("NOMEM_TELL");

    if (to != 0)
        (void)dprintf((int)to, "%lu\n", count);
}

static int fails(void)
{
    if (++count != failing)
        return 0;
    errno = ENOMEM;
    return 1;
}

void *malloc(size_t size)
{
    return fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t number, size_t size)
{
    return fails() ? NULL : __libc_calloc(number, size);
}

void *realloc(void *old, size_t size)
{
    return fails() ? NULL : __libc_realloc(old, size);
}
