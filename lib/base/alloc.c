/* alloc.c - allocation that cannot fail. */
#include "base/alloc.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/exit.h"

/* Written with write(2): stdio may want memory, and a document half written must not be
 * flushed. */
_Noreturn void cog_out_of_memory(void)
{
    static const char text[] = "error: out of memory [machine.memory]\n";

    if (write(STDERR_FILENO, text, sizeof text - 1) < 0)
        _exit(COG_EXIT_MACHINE);
    _exit(COG_EXIT_MACHINE);
}

void *cog_alloc(size_t size)
{
    return cog_calloc(1, size);
}

void *cog_calloc(size_t count, size_t size)
{
    void *memory = calloc(count ? count : 1, size ? size : 1);

    if (!memory)
        cog_out_of_memory();
    return memory;
}

void *cog_realloc(void *old, size_t count, size_t size)
{
    if (size && count > SIZE_MAX / size)
        cog_out_of_memory();
    void *memory = realloc(old, count && size ? count * size : 1);
    if (!memory)
        cog_out_of_memory();
    return memory;
}

char *cog_strdup(const char *text)
{
    return cog_strndup(text, strlen(text));
}

char *cog_strndup(const char *text, size_t size)
{
    size_t length = strnlen(text, size);
    char *copy = cog_alloc(length + 1);

    memcpy(copy, text, length);
    return copy;
}

char *cog_vprintf(const char *fmt, va_list args)
{
    va_list again;

    va_copy(again, args);
    int length = vsnprintf(NULL, 0, fmt, args);
    if (length < 0)
        abort();
    char *text = cog_alloc((size_t)length + 1);
    (void)vsnprintf(text, (size_t)length + 1, fmt, again);
    va_end(again);
    return text;
}

char *cog_printf(const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    char *text = cog_vprintf(fmt, args);
    va_end(args);
    return text;
}
