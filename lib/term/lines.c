/* lines.c - text that grows until it is written. */
#include <stdarg.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "term/drawing.h"

void cog_term_lines_add(struct cog_term_lines *text, const char *fmt, ...)
{
    va_list args, again;

    va_start(args, fmt);
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    if (length < 0)
        abort();
    size_t need = text->size + (size_t)length + 1;
    if (need > text->capacity) {
        text->capacity = 2 * need;
        text->bytes = cog_realloc(text->bytes, text->capacity, 1);
    }
    (void)vsnprintf(text->bytes + text->size, (size_t)length + 1, fmt, again);
    va_end(again);
    text->size += (size_t)length;
}

void cog_progress_write(struct cog_progress *progress, struct cog_term_lines *text)
{
    if (text->size > 0)
        progress->sink(progress->data, text->bytes, text->size);
    free(text->bytes);
    *text = (struct cog_term_lines){0};
}
