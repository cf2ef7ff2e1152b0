/* nearest.c - Levenshtein distance over the names of an object. */
#include "base/nearest.h"

#include <string.h>

enum { MAX_WORD = 64 };

static size_t least(size_t a, size_t b, size_t c)
{
    size_t smaller = a < b ? a : b;
    return smaller < c ? smaller : c;
}

/* One row of the matrix at a time; both words are at most MAX_WORD long. */
static size_t distance(const char *a, const char *b)
{
    size_t row[MAX_WORD + 1], length = strlen(b);

    for (size_t j = 0; j <= length; j++)
        row[j] = j;
    for (size_t i = 1; a[i - 1]; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= length; j++) {
            size_t changed = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            row[j] = least(changed, row[j] + 1, row[j - 1] + 1);
        }
    }
    return row[length];
}

const char *cog_nearest(const char *word, const json_t *known)
{
    size_t length = strlen(word), best = length / 3 + 2;
    const char *name, *nearest = NULL;
    json_t *value;

    if (length > MAX_WORD)
        return NULL;
    json_object_foreach((json_t *)known, name, value) {
        if (strlen(name) > MAX_WORD)
            continue;
        size_t edits = distance(word, name);
        if (edits < best) {
            best = edits;
            nearest = name;
        }
    }
    return nearest;
}
