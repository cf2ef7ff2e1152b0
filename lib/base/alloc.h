/* alloc.h - allocation that cannot fail: out of memory ends the program with status 3.
 *
 * Everything returned is the caller's to free(). */
#ifndef COG_BASE_ALLOC_H
#define COG_BASE_ALLOC_H

#include <stdarg.h>
#include <stddef.h>

/* Says so and ends the program; for what allocates without cog_alloc(), such as
 * open_memstream(). */
_Noreturn void cog_out_of_memory(void);

/* Zeroed memory; a size of 0 gives a unique pointer. */
void *cog_alloc(size_t size);

/* An array of `count` zeroed elements; overflow counts as out of memory. */
void *cog_calloc(size_t count, size_t size);

/* Grows or shrinks `old` (NULL allowed) to `count` elements; new bytes are not zeroed. */
void *cog_realloc(void *old, size_t count, size_t size);

char *cog_strdup(const char *text);
char *cog_strndup(const char *text, size_t size);

/* What printf would print, as a string. */
char *cog_vprintf(const char *fmt, va_list args) __attribute__((format(printf, 1, 0)));
char *cog_printf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
