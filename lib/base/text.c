/* text.c - strings that are printed to, by open_memstream(). */
#include "base/text.h"

#include <stdbool.h>
#include <string.h>

#include "base/alloc.h"

FILE *cog_text_open(char **text, size_t *size)
{
    FILE *stream = open_memstream(text, size);

    if (!stream)
        cog_out_of_memory();
    return stream;
}

void cog_text_close(FILE *stream, char *const *text)
{
    bool lost = ferror(stream) != 0;

    if (fclose(stream) != 0 || lost || !*text)
        cog_out_of_memory();
}

int cog_text_compare(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

bool cog_text_ends(const char *text, const char *with)
{
    size_t length = strlen(text), size = strlen(with);

    return length >= size && strcmp(text + length - size, with) == 0;
}
