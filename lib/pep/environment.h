/* environment.h - the place that a marker (PEP 508) is evaluated for: a Python on a
 * platform. */
#ifndef COG_PEP_ENVIRONMENT_H
#define COG_PEP_ENVIRONMENT_H

#include <stdbool.h>

/* NULL: not known. All but the versions of Python are borrowed and may be set at will. */
struct cog_environment {
    char *python_version;      /* as 3.12 */
    char *python_full_version; /* as 3.12.4 */
    const char *implementation_version;
    const char *implementation_name, *platform_python_implementation;
    const char *os_name, *sys_platform, *platform_system, *platform_machine;
    const char *platform_release, *platform_version;
    const char *extra;                    /* ""; the one that is asked for, if any */
    const char *const *extras;            /* PEP 751; end with NULL */
    const char *const *dependency_groups; /* PEP 751; end with NULL */
};

/* CPython on Linux, no extras or groups. `python` is a version as 3.12.4 or 3.12, with what
 * it does not say unknown, or NULL; `arch` as containers name it, amd64 or arm64. Returns
 * -1 when `python` is no version. */
int cog_environment_init(struct cog_environment *environment, const char *python,
                         const char *arch);
void cog_environment_release(struct cog_environment *environment);

/* Sets `value` to what the member `name`, a text, is; false when there is none. */
bool cog_environment_find(const struct cog_environment *environment, const char *name,
                          const char **value);

#endif
