/* debian.c - looks up the names of Debian packages. */
#include "versions/debian.h"

#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "tree/glob.h"

typedef const char *const *row;

static const struct {
    const char *suite;
    size_t column;
} releases[] = {{"bookworm", COG_DEBIAN_BOOKWORM}, {"trixie", COG_DEBIAN_TRIXIE}};

enum { RELEASES = sizeof releases / sizeof *releases };

static row find_row(const struct cog_tables *data, const char *package)
{
    const struct cog_table *table = &data->by_name[COG_TABLE_DEBIAN_PACKAGES];

    for (size_t i = 0; i < table->count; i++)
        if (cog_glob_matches(table->rows[i][COG_DEBIAN_PACKAGE], package))
            return table->rows[i];
    return NULL;
}

/* Another release that has the package. */
static const char *release_with(row found, const char *suite)
{
    for (size_t i = 0; i < RELEASES; i++)
        if (strcmp(releases[i].suite, suite) != 0 &&
            strcmp(found[releases[i].column], COG_DEBIAN_SAME) == 0)
            return releases[i].suite;
    return NULL;
}

bool cog_debian_find(const struct cog_tables *data, const char *suite, const char *package,
                     struct cog_debian_name *name)
{
    size_t i = 0;

    while (i < RELEASES && (!suite || strcmp(releases[i].suite, suite) != 0))
        i++;
    row found = i < RELEASES ? find_row(data, package) : NULL;
    if (!found)
        return false;
    *name = (struct cog_debian_name){
        .names = found[releases[i].column],
        .why = strcmp(found[COG_DEBIAN_WHY], "-") != 0 ? found[COG_DEBIAN_WHY] : NULL,
        .release = release_with(found, suite),
    };
    return true;
}

bool cog_debian_is_nvidia(const struct cog_tables *data, const char *package)
{
    auto_free char *name = cog_strndup(package, strcspn(package, "=:"));
    row found = find_row(data, name);

    return found && strcmp(found[COG_DEBIAN_TRIXIE], COG_DEBIAN_NVIDIA) == 0;
}

bool cog_debian_is_cuda_compiler(const struct cog_tables *data, const char *package)
{
    const struct cog_table *table = &data->by_name[COG_TABLE_BUILD_PACKAGES];
    auto_free char *name = cog_strndup(package, strcspn(package, "=:"));

    for (size_t i = 0; cog_debian_is_nvidia(data, package) && i < table->count; i++)
        if (cog_glob_matches(table->rows[i][COG_BUILD_PACKAGE], name))
            return strcmp(table->rows[i][COG_BUILD_WHAT], "a compiler") == 0;
    return false;
}
