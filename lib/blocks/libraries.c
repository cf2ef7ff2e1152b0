/* libraries.c - what Python packages load and call when they run. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "blocks/blocks.h"
#include "pep/marker.h"
#include "versions/resolution.h"

static bool needs_any(const struct cog_project *project, const char *packages)
{
    for (const char *next = packages; next;) {
        auto_free char *package = cog_next_word(&next);
        if (!cog_block_apt_lists(&project->config, package))
            return true;
    }
    return false;
}

void cog_block_library_run(const struct cog_project *project, struct cog_composer *composer,
                           const char *name, const struct cog_library *library,
                           struct cog_pos at)
{
    static const char rule[] = "libraries.loaded";
    auto_free char *key = cog_printf("libraries.%s", name);

    if (!library->run || cog_decided(composer, key) || !needs_any(project, library->run))
        return;
    for (const char *next = library->run; next;) {
        auto_free char *package = cog_next_word(&next);
        if (!cog_block_apt_lists(&project->config, package))
            cog_need_package(composer, package, rule, at);
    }
    auto_free char *value = cog_printf("%s: %s", library->run, library->why);
    cog_decide_take(composer, key, value, rule, at, NULL);
}

/* Whether the package is installed at all, on Linux and by that Python. */
static bool applies(const struct cog_package *package, const char *python)
{
    struct cog_environment environment;
    struct cog_fault fault;
    bool result = true;

    if (package->constraint)
        return false;
    if (!package->marker || cog_environment_init(&environment, python, COG_PLAN_ARCH) < 0)
        return true;
    struct cog_marker *marker = cog_marker_parse(package->marker, &fault);
    if (marker)
        result = cog_marker_evaluate(marker, &environment) != COG_FALSE;
    cog_marker_free(marker);
    cog_environment_release(&environment);
    return result;
}

/* The version that "==1.0" or "name==1.0" pins; the caller frees it. NULL: none. */
static char *pinned_version(const struct cog_package *package)
{
    const char *pin = strstr(package->specifier ? package->specifier : package->text, "==");

    return pin ? cog_strndup(pin + 2, strcspn(pin + 2, " ,;=")) : NULL;
}

bool cog_block_library(const struct cog_project *project, const struct cog_package *package,
                       const char *python, char **name, struct cog_library *library)
{
    auto_free char *version = pinned_version(package);

    *library = (struct cog_library){0};
    if (!applies(package, python) || (!package->name && !package->url))
        return false;
    *name = package->name ? cog_strdup(package->name) : cog_library_name(package->url);
    if (!cog_library_find(project->resolution->data, *name, version, library))
        library->build = cog_library_compilers;
    return true;
}
