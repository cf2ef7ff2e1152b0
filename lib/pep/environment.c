/* environment.c - CPython on Linux, as Python describes it. */
#include "pep/environment.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "pep/version.h"

static const char *machine_of(const char *arch)
{
    static const struct {
        const char *arch, *machine;
    } machines[] = {{"amd64", "x86_64"}, {"arm64", "aarch64"}};

    for (size_t i = 0; i < sizeof machines / sizeof *machines; i++)
        if (strcmp(arch, machines[i].arch) == 0)
            return machines[i].machine;
    return arch;
}

static int set_python(struct cog_environment *environment, const char *python)
{
    struct cog_version version;

    if (cog_version_parse(&version, python) < 0)
        return -1;
    size_t parts = cog_version_parts(&version);
    if (parts >= 2)
        environment->python_version = cog_printf("%u.%u", cog_version_part(&version, 0),
                                                 cog_version_part(&version, 1));
    if (parts >= 3)
        environment->python_full_version = cog_strdup(version.text);
    environment->implementation_version = environment->python_full_version;
    cog_version_release(&version);
    return 0;
}

int cog_environment_init(struct cog_environment *environment, const char *python,
                         const char *arch)
{
    static const char *const none[] = {NULL};

    *environment = (struct cog_environment){
        .implementation_name = "cpython",
        .platform_python_implementation = "CPython",
        .os_name = "posix",
        .sys_platform = "linux",
        .platform_system = "Linux",
        .platform_machine = machine_of(arch),
        .extra = "",
        .extras = none,
        .dependency_groups = none,
    };
    return python ? set_python(environment, python) : 0;
}

void cog_environment_release(struct cog_environment *environment)
{
    free(environment->python_version);
    free(environment->python_full_version);
    *environment = (struct cog_environment){0};
}

bool cog_environment_find(const struct cog_environment *environment, const char *name,
                          const char **value)
{
    const struct cog_environment *e = environment;
    const struct {
        const char *name, *value;
    } members[] = {
        {"extra", e->extra},
        {"implementation_name", e->implementation_name},
        {"implementation_version", e->implementation_version},
        {"os_name", e->os_name},
        {"platform_machine", e->platform_machine},
        {"platform_python_implementation", e->platform_python_implementation},
        {"platform_release", e->platform_release},
        {"platform_system", e->platform_system},
        {"platform_version", e->platform_version},
        {"python_full_version", e->python_full_version},
        {"python_version", e->python_version},
        {"sys_platform", e->sys_platform},
    };

    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        if (strcmp(name, members[i].name) == 0) {
            *value = members[i].value;
            return true;
        }
    return false;
}
