/* needed_packages.c - the Debian packages that blocks ask for. */
#include <string.h>

#include "plan/composer_private.h"

void cog_need_package(struct cog_composer *composer, const char *package, const char *rule,
                      struct cog_pos at)
{
    const json_t *other;
    size_t index;

    json_array_foreach(composer->packages, index, other) {
        if (strcmp(json_string_value(other), package) == 0)
            return;
    }
    json_array_append_new(composer->packages, json_string(package));
    cog_why_add(composer->package_reasons, rule, at, package);
}

const json_t *cog_needed_packages(const struct cog_composer *composer)
{
    return composer->packages;
}

const json_t *cog_needed_packages_why(const struct cog_composer *composer)
{
    return composer->package_reasons;
}
