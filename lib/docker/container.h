/* container.h - a container that serves a model, for as long as the program runs. */
#ifndef COG_DOCKER_CONTAINER_H
#define COG_DOCKER_CONTAINER_H

#include <jansson.h>

#include "base/diag.h"
#include "docker/engine.h"
#include "docker/log.h"

/* Zero-initialise; both strings belong to the struct. */
struct cog_container {
    char *id;  /* NULL: there is none */
    char *url; /* "http://127.0.0.1:32768", where its port 5000 is reached */
};

/* Creates and starts a container of `image`: without extra privileges, its port 5000 on a
 * free port of 127.0.0.1, removed by the engine when it ends. `environment` is an array of
 * "NAME=VALUE". Its output is followed on the engine's http and fed to `log`. Returns 0, -1
 * after predict.image (no such image, COG_ERROR), engine.refused or engine.unreachable, or
 * COG_EXIT_INTERRUPTED; in any case cog_container_remove() is to be called. */
int cog_container_start(struct cog_container *container, const struct cog_engine *engine,
                        const char *image, const json_t *environment, struct cog_log *log,
                        struct cog_diags *diags);

/* Ends the container at once and waits until it is gone; engine.refused (COG_FAILURE) names
 * it if that cannot be done. Signals do not interrupt it. Releases the struct. */
void cog_container_remove(struct cog_container *container, const struct cog_engine *engine,
                          struct cog_diags *diags);

#endif
