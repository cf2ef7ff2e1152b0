/* phase.c - the names of the phases. */
#include "plan/phase.h"

#include <string.h>

static const char *const names[COG_PHASE_COUNT] = {
    [COG_PHASE_BASE] = "build.base",
    [COG_PHASE_SYSTEM_DEPS] = "build.system-deps",
    [COG_PHASE_RUNTIME] = "build.runtime",
    [COG_PHASE_FRAMEWORK_DEPS] = "build.framework-deps",
    [COG_PHASE_APP_DEPS] = "build.app-deps",
    [COG_PHASE_APP_BUILD] = "build.app-build",
    [COG_PHASE_APP_SOURCE] = "build.app-source",
    [COG_PHASE_COMPLETE] = "build.complete",
    [COG_PHASE_EXPORT_BASE] = "export.base",
    [COG_PHASE_EXPORT_RUNTIME] = "export.runtime",
    [COG_PHASE_EXPORT_APP] = "export.app",
    [COG_PHASE_EXPORT_CONFIG] = "export.config",
};

const char *cog_phase_name(enum cog_phase phase)
{
    return (unsigned)phase < COG_PHASE_COUNT ? names[phase] : "";
}

enum cog_phase cog_phase_of(const char *name)
{
    unsigned phase = 0;

    while (phase < COG_PHASE_COUNT && strcmp(names[phase], name) != 0)
        phase++;
    return (enum cog_phase)phase;
}
