/* name.c - PEP 503's form of a name. */
#include "pep/name.h"

#include <ctype.h>
#include <stdbool.h>

#include "base/alloc.h"

char *cog_name_normalise(const char *name, size_t size)
{
    char *out = cog_alloc(size + 1);
    size_t length = 0;

    for (size_t i = 0; i < size; i++) {
        bool separator = name[i] == '-' || name[i] == '_' || name[i] == '.';
        if (separator && length && out[length - 1] == '-')
            continue;
        out[length++] = (char)(separator ? '-' : tolower((unsigned char)name[i]));
    }
    out[length] = '\0';
    return out;
}
