/* suite.c - the release of Debian that has the packages which cog.yaml names, where the
 * newest one has not. */
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "versions/debian.h"
#include "versions/resolver.h"

/* A Debian package that the project installs. */
struct wanted {
    const char *package;
    struct cog_pos at;
    bool fixed; /* a command of build.run names it, which stays as it is */
};

/* Whether the release is known not to have it. */
static bool is_lacking(const struct cog_resolver *r, const char *suite,
                       const struct wanted *wanted)
{
    struct cog_debian_name name;

    if (!cog_debian_find(r->data, suite, wanted->package, &name))
        return false;
    return strcmp(name.names, COG_DEBIAN_GONE) == 0 ||
           (wanted->fixed && strcmp(name.names, COG_DEBIAN_SAME) != 0 &&
            strcmp(name.names, COG_DEBIAN_NVIDIA) != 0);
}

/* The i-th package; false: there are fewer. */
static bool wanted_at(const struct cog_resolver *r, size_t i, struct wanted *wanted)
{
    const struct cog_config *config = &r->project->config;
    size_t listed = json_array_size(config->system_packages), next = listed;

    if (i < listed) {
        auto_free char *pointer = cog_printf("/build/system_packages/%zu", i);
        const json_t *item = json_array_get(config->system_packages, i);
        *wanted =
            (struct wanted){json_string_value(item), cog_config_at(config, pointer), false};
        return true;
    }
    for (size_t k = 0; k < r->project->install_count; k++) {
        const struct cog_install *install = &r->project->installs[k];
        if (strcmp(install->by, "apt") != 0 || next++ != i)
            continue;
        *wanted = (struct wanted){install->text, install->at, true};
        return true;
    }
    return false;
}

/* The first package that the release lacks and another has; false: none. */
static bool find_elsewhere(const struct cog_resolver *r, const char *suite,
                           struct wanted *wanted, const char **release)
{
    struct cog_debian_name name;

    for (size_t i = 0; wanted_at(r, i, wanted); i++) {
        if (!is_lacking(r, suite, wanted))
            continue;
        (void)cog_debian_find(r->data, suite, wanted->package, &name);
        *release = name.release;
        if (name.release)
            return true;
    }
    return false;
}

/* Whether nothing is lost with the release `next`. */
static bool has_all(const struct cog_resolver *r, const char *suite, const char *next)
{
    struct wanted wanted;

    for (size_t i = 0; wanted_at(r, i, &wanted); i++)
        if (is_lacking(r, next, &wanted) && !is_lacking(r, suite, &wanted))
            return false;
    return true;
}

/* Whether images of that release have what else is needed. */
static bool has_image(const struct cog_resolver *r, const char *suite)
{
    struct cog_base_need need = r->resolution->system.need;
    struct cog_base base;

    need.suite = suite;
    bool found =
        cog_catalog_choose(&r->data->by_name[COG_TABLE_BASE_IMAGES], &need, NULL, &base);
    cog_base_release(&base);
    return found;
}

void cog_resolver_suite(struct cog_resolver *r)
{
    struct cog_resolution *resolution = r->resolution;
    const char *release;
    struct wanted wanted;
    struct cog_base base;

    if (!cog_catalog_choose(&r->data->by_name[COG_TABLE_BASE_IMAGES],
                            &resolution->system.need, NULL, &base))
        return;
    if (base.suite && find_elsewhere(r, base.suite, &wanted, &release) &&
        has_all(r, base.suite, release) && has_image(r, release)) {
        resolution->system.need.suite = release;
        resolution->suite_package = wanted.package;
        resolution->suite_at = wanted.at;
    }
    cog_base_release(&base);
}
