/* cuda_packages.c - CUDA as Debian packages of NVIDIA's, for a Python that its images do
 * not have. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/text.h"
#include "versions/debian.h"
#include "versions/resolver.h"

/* Whether all that is said of Python allows the series; what a single version is asked for
 * by comes first. */
static bool is_allowed(const struct cog_resolver *r, const char *series)
{
    const struct cog_project *project = r->project;
    auto_free char *newest = cog_printf("%s.999", series);

    for (size_t i = 0; i < project->python_count; i++)
        if (project->pythons[i].version)
            return cog_same_parts(project->pythons[i].version, series, 2);
    for (size_t i = 0; i < project->python_count; i++)
        if (!cog_fits_specifier(project->pythons[i].specifier, newest))
            return false;
    for (size_t i = 0; i < r->resolution->python_count; i++)
        if (!cog_fits_specifier(r->resolution->pythons[i].specifier, newest))
            return false;
    return true;
}

/* Whether an image that has what is needed has a Python for the project. */
static bool has_image(const struct cog_resolver *r)
{
    auto_free char *pythons = cog_catalog_pythons(&r->data->by_name[COG_TABLE_BASE_IMAGES],
                                                  &r->resolution->system.need);

    for (const char *rest = pythons; rest && *rest;) {
        auto_free char *series = cog_next_word(&rest);
        if (strcmp(series, "*") == 0 || is_allowed(r, series))
            return true;
    }
    return false;
}

/* Whether there is any Python for the project. */
static bool has_python(const struct cog_resolver *r)
{
    for (unsigned minor = COG_OLDEST_PYTHON; minor <= COG_NEWEST_PYTHON; minor++) {
        auto_free char *series = cog_printf("3.%u", minor);
        if (is_allowed(r, series))
            return true;
    }
    return false;
}

/* Compilers that cog.yaml names are those of the toolkit, which is copied. */
static void find_compiler(struct cog_resolver *r)
{
    const struct cog_config *config = &r->project->config;
    struct cog_toolkit *toolkit = &r->resolution->toolkit;
    const json_t *item;
    size_t index;

    json_array_foreach(config->system_packages, index, item) {
        const char *package = json_string_value(item);
        auto_free char *pointer = cog_printf("/build/system_packages/%zu", index);
        if (!cog_debian_is_cuda_compiler(r->data, package) || toolkit->runs)
            continue;
        toolkit->subject = package;
        toolkit->at = cog_config_at(config, pointer);
        toolkit->runs = true;
    }
}

/* What is compiled with the CUDA of the image, is so with the toolkit's. */
static void move_compiled(struct cog_resolver *r)
{
    const struct cog_system *system = &r->resolution->system;
    struct cog_toolkit *toolkit = &r->resolution->toolkit;

    if (!system->compiled || toolkit->subject)
        return;
    toolkit->subject = system->compiled;
    toolkit->at = system->compiled_at;
    toolkit->runs = system->compiled_in_run;
}

/* The image that knows the repository; the caller releases it. False: there is none. */
static bool find_repository(const struct cog_resolver *r, const char *cuda,
                            struct cog_base *base)
{
    const struct cog_base_need need = {cuda, NULL, cog_resolver_cuda_ubuntu, "base"};

    return cog_catalog_choose(&r->data->by_name[COG_TABLE_BASE_IMAGES], &need, NULL, base);
}

void cog_resolver_cuda_packages(struct cog_resolver *r)
{
    const struct cog_table *images = &r->data->by_name[COG_TABLE_BASE_IMAGES];
    struct cog_system *system = &r->resolution->system;
    struct cog_base whole = {0}, base = {0};

    if (system->subject && !r->given && !r->data->own_images && !has_image(r) &&
        has_python(r) && cog_catalog_choose(images, &system->need, NULL, &whole) &&
        find_repository(r, whole.cuda, &base)) {
        r->resolution->repository = (struct cog_repository){
            .subject = system->subject,
            .at = system->at,
            .image = cog_strdup(base.image),
            .cuda = cog_strdup(base.cuda),
            .cudnn = system->need.cudnn,
            .instead_of = cog_strdup(whole.image),
            .wheels = system->instead,
        };
        find_compiler(r);
        move_compiled(r);
        *system = (struct cog_system){.need.suite = cog_resolver_cuda_suite};
    }
    cog_base_release(&base);
    cog_base_release(&whole);
}
