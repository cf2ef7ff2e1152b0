/* source_build.c - looks packages up in tables of those that are built. */
#include "versions/source_build.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "pep/wheel.h"
#include "versions/library.h"

static const char *const *find_row(const struct cog_table *table, const char *name)
{
    for (size_t i = 0; name && i < table->count; i++)
        if (strcmp(table->rows[i][COG_SOURCE_PACKAGE], name) == 0)
            return table->rows[i];
    return NULL;
}

const char *const *cog_source_build(const struct cog_table *table, const char *name,
                                    const char *url, const char *path)
{
    const char *place = path ? path : url;
    auto_free char *end = place ? cog_strndup(place, strcspn(place, "?#")) : NULL;
    auto_free char *guessed = !name && place ? cog_library_name(place) : NULL;
    const char *const *row = find_row(table, name ? name : guessed);

    if (!row || (end && cog_is_wheel(end)))
        return NULL;
    return place || strcmp(row[COG_SOURCE_BUILT], "always") == 0 ? row : NULL;
}
