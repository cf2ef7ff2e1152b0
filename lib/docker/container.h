/* container.h - a container that serves a model, for as long as the program runs. */
#ifndef COG_DOCKER_CONTAINER_H
#define COG_DOCKER_CONTAINER_H

#include <stdbool.h>

#include "base/diag.h"
#include "docker/description.h"
#include "docker/engine.h"
#include "docker/log.h"

/* Zero-initialise; both strings belong to the struct. */
struct cog_container {
    char *id;  /* NULL: there is none */
    char *url; /* "http://127.0.0.1:32768", where its port 5000 is reached */
};

/* Creates and starts a container, its port 5000 on a free port of 127.0.0.1. Its output is
 * followed on the engine's http and fed to `log`. Returns 0, -1 after predict.image (no
 * such image, COG_ERROR), engine.gpu (no driver for GPUs: COG_ERROR if they are needed,
 * else a warning, and it goes on without), engine.refused or engine.unreachable, or
 * COG_EXIT_INTERRUPTED; in any case cog_container_remove() is to be called. */
int cog_container_start(struct cog_container *container, const struct cog_engine *engine,
                        const struct cog_container_wanted *wanted, struct cog_log *log,
                        struct cog_diags *diags);

/* The parts of that, for containers of another shape: creates what `body` describes (POST
 * /containers/create) and keeps its id; predict.image, engine.refused. */
int cog_container_create(struct cog_container *container, const struct cog_engine *engine,
                         const json_t *body, struct cog_diags *diags);

/* Beside 0, -1 and COG_EXIT_INTERRUPTED: GPUs were asked for and the engine has no driver
 * for them; nothing was reported. */
enum { COG_CONTAINER_NO_DRIVER = 1 };

/* As a shell has it, after engine.command: there is no such command, or it cannot be
 * executed. */
enum { COG_CONTAINER_NOT_EXECUTABLE = 126, COG_CONTAINER_NO_COMMAND = 127 };

/* Starts what was created; engine.refused. */
int cog_container_begin(const struct cog_container *container,
                        const struct cog_engine *engine, bool gpus,
                        struct cog_diags *diags);

/* All 0 where the engine does not tell. */
struct cog_container_state {
    bool ended;
    int status;         /* once it has ended */
    bool out_of_memory; /* a process in it was killed for want of memory */
};

struct cog_container_state cog_container_state(const struct cog_container *container,
                                               const struct cog_engine *engine,
                                               struct cog_diags *diags);

/* Ends the container at once and waits until it is gone; engine.refused (COG_FAILURE) names
 * it if that cannot be done. Signals do not interrupt it. Releases the struct. */
void cog_container_remove(struct cog_container *container, const struct cog_engine *engine,
                          struct cog_diags *diags);

#endif
