/* owner.h - whose containers are: the process that started one is named in a label, so that
 * those whose process was killed can be removed by the next. */
#ifndef COG_DOCKER_OWNER_H
#define COG_DOCKER_OWNER_H

#include "base/diag.h"
#include "docker/engine.h"

extern const char cog_owner_label[];

/* The label's value for this process: the kernel's boot, the namespace of process ids, the
 * id and the start time (proc(5)). The caller frees it; NULL: /proc does not tell. */
char *cog_owner_name(void);

/* Whether the process that `name` stands for is known to be gone: of this boot and
 * namespace, and not there. Another machine's process is never known to be. */
bool cog_owner_is_gone(const char *name);

/* Removes the engine's containers whose owners are gone, and says so (a warning,
 * engine.leftover). What cannot be done is left to the next. */
void cog_owner_sweep(const struct cog_engine *engine, struct cog_diags *diags);

#endif
