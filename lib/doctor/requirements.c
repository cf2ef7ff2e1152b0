/* requirements.c - what a later build may install otherwise, and variables that mislead the
 * installers. */
#include <ctype.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "doctor/doctor.h"

enum { COMMIT_DIGITS = 40 };

/* Variables of an image that change what its Python, pip or uv do, for the model as well as
 * for the build's own commands. */
static const char *const misleading[] = {
    "LD_PRELOAD", "PIP_PREFIX", "PIP_TARGET", "PIP_USER",
    "PYTHONHOME", "UV_PREFIX",  "UV_PYTHON",  "UV_TARGET",
};

static bool is_pinned(const struct cog_project *project, const struct cog_package *package)
{
    if (package->url || package->path || !package->name || !package->specifier)
        return true;
    for (size_t i = 0; i < project->package_count; i++) {
        const struct cog_package *other = &project->packages[i];
        if (other->name && strcmp(other->name, package->name) == 0 && other->specifier &&
            strstr(other->specifier, "=="))
            return true;
    }
    return false;
}

static void check_pins(const struct cog_checkup *checkup)
{
    const struct cog_project *project = checkup->project;
    const struct cog_package *first = NULL;
    size_t count = 0;

    for (size_t i = 0; i < project->package_count; i++) {
        const struct cog_package *package = &project->packages[i];
        if (package->constraint || is_pinned(project, package))
            continue;
        first = first ? first : package;
        count++;
    }
    if (project->lock || !first)
        return;
    auto_free char *more = count > 1 ? cog_printf(" and %zu more", count - 1) : NULL;
    auto_free char *message = cog_printf(
        "%s%s may have another version in a later build: neither a version nor a "
        "lock says which",
        first->name, more ? more : "");
    cog_finding_add(checkup->findings, "note", "python.unlocked", first->at, message,
                    "write versions as NAME==VERSION, or add a lock, such as uv's");
}

/* Whether the URL of a repository ends with a commit, whose meaning nobody can change. */
static bool names_commit(const char *url)
{
    const char *at = strrchr(url, '@');
    size_t digits = at ? strspn(at + 1, "0123456789abcdef") : 0;

    return digits == COMMIT_DIGITS && !isalnum((unsigned char)at[1 + digits]);
}

static void check_repositories(const struct cog_checkup *checkup)
{
    const struct cog_project *project = checkup->project;

    for (size_t i = 0; i < project->package_count && !project->lock; i++) {
        const struct cog_package *package = &project->packages[i];
        if (!package->url || strncmp(package->url, "git+", 4) != 0 ||
            names_commit(package->url))
            continue;
        cog_finding_add(checkup->findings, "note", "python.unpinned-repository",
                        package->at,
                        "a repository without a commit may be another in a later build",
                        "write @ and the commit behind its URL");
    }
}

static void check_variables(const struct cog_checkup *checkup)
{
    const json_t *item;
    size_t index;

    json_array_foreach(checkup->project->config.environment, index, item) {
        const char *text = json_string_value(item);
        for (size_t i = 0; i < sizeof misleading / sizeof *misleading; i++) {
            size_t length = strlen(misleading[i]);
            if (strncmp(text, misleading[i], length) != 0 || text[length] != '=')
                continue;
            auto_free char *pointer = cog_printf("/environment/%zu", index);
            auto_free char *message = cog_printf(
                "%s changes what Python or its installers do in the build and in the image",
                misleading[i]);
            cog_finding_add(checkup->findings, "warning", "environment.misleading",
                            cog_config_at(&checkup->project->config, pointer), message,
                            "remove the variable, or set it only where it is needed");
        }
    }
}

void cog_check_requirements(const struct cog_checkup *checkup)
{
    check_pins(checkup);
    check_repositories(checkup);
    check_variables(checkup);
}
