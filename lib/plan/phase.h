/* phase.h - the phases of a plan: the only thing that orders the stages of different
 * blocks. */
#ifndef COG_PLAN_PHASE_H
#define COG_PLAN_PHASE_H

enum cog_phase {
    COG_PHASE_BASE,           /* build.base: what everything is built on */
    COG_PHASE_SYSTEM_DEPS,    /* build.system-deps: packages of the distribution */
    COG_PHASE_RUNTIME,        /* build.runtime: the language's own environment */
    COG_PHASE_FRAMEWORK_DEPS, /* build.framework-deps: torch and its like */
    COG_PHASE_APP_DEPS,       /* build.app-deps: the project's packages */
    COG_PHASE_APP_BUILD,      /* build.app-build */
    COG_PHASE_APP_SOURCE,     /* build.app-source */
    COG_PHASE_COMPLETE,       /* build.complete: made beside the chain above */
    COG_PHASE_EXPORT_BASE,    /* export.base: what the image begins with */
    COG_PHASE_EXPORT_RUNTIME, /* export.runtime: the environments, copied in */
    COG_PHASE_EXPORT_APP,     /* export.app: the project */
    COG_PHASE_EXPORT_CONFIG,  /* export.config: what describes the image */
    COG_PHASE_COUNT,
};

/* "build.base" and so on, "" of what is no phase; static. */
const char *cog_phase_name(enum cog_phase phase);

/* The phase of that name, or COG_PHASE_COUNT. */
enum cog_phase cog_phase_of(const char *name);

#endif
