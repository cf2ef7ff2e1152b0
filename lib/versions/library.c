/* library.c - looks packages up in the table of libraries. */
#include "versions/library.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "versions/compare.h"

const char cog_library_compilers[] = "g++ gcc libc6-dev make";

static const char *cell(const char *text)
{
    return strcmp(text, "-") == 0 ? NULL : text;
}

bool cog_library_find(const struct cog_tables *data, const char *name, const char *version,
                      struct cog_library *library)
{
    const struct cog_table *table = &data->by_name[COG_TABLE_LIBRARIES];

    for (size_t i = 0; i < table->count; i++) {
        const char *const *row = table->rows[i];
        const char *before = cell(row[COG_LIBRARY_BEFORE]);
        if (strcmp(row[COG_LIBRARY_PACKAGE], name) != 0 ||
            (before && (!version || !cog_less_version(version, before))))
            continue;
        *library = (struct cog_library){cell(row[COG_LIBRARY_BUILD]),
                                        cell(row[COG_LIBRARY_RUN]), row[COG_LIBRARY_WHY]};
        return true;
    }
    return false;
}

char *cog_library_name(const char *url)
{
    static const char egg[] = "#egg=";
    const char *named = strstr(url, egg);
    size_t length = strcspn(url, "?#");
    const char *from = url;

    if (named) {
        from = named + sizeof egg - 1;
        length = strcspn(from, "&[");
    } else {
        for (size_t i = 0; i + 1 < length; i++)
            if (url[i] == '/' && url[i + 1] != '@')
                from = url + i + 1;
        length -= (size_t)(from - url);
        const char *revision = memchr(from, '@', length);
        length = revision ? (size_t)(revision - from) : length;
        while (length && from[length - 1] == '/')
            length--;
        if (length > 4 && strncmp(from + length - 4, ".git", 4) == 0)
            length -= 4;
    }
    char *name = cog_strndup(from, length);
    for (char *c = name; *c; c++)
        *c = (char)(strchr("_.", *c) ? '-' : tolower((unsigned char)*c));
    return name;
}
