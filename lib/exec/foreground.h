/* foreground.h - one container in the foreground, as if its command ran here. */
#ifndef COG_EXEC_FOREGROUND_H
#define COG_EXEC_FOREGROUND_H

#include <jansson.h>
#include <stdbool.h>

#include "docker/description.h"
#include "docker/engine.h"
#include "exec/forward.h"
#include "exec/source.h"

/* All borrowed. */
struct cog_foreground {
    const struct cog_engine *engine;
    struct cog_container_wanted wanted;
    json_t *command; /* array of words; empty: the image's own */
    json_t *ports;   /* object "5000/tcp" -> array of {"HostIp", "HostPort"} */
    struct cog_port_forwards
        *forwards;             /* lead to the ports instead of the engine; or NULL */
    struct cog_source *source; /* sent before the command begins, or NULL */
    const char *workdir;       /* NULL: the image's own */
    const char *watch; /* begin again when a Python file of this folder changes, or NULL */
    bool interactive;  /* standard input is the command's; at a terminal, all of that */
};

/* Runs it and removes it, whatever happens. What comes on standard input and signals
 * (SIGHUP, SIGINT, SIGQUIT, SIGTERM) go to the command; a third signal, or ten seconds
 * after SIGHUP, kill it. Returns the command's exit status, or -1 after the diagnostics of
 * docker/container.h, or COG_EXIT_INTERRUPTED. */
int cog_foreground_run(const struct cog_foreground *foreground, struct cog_diags *diags);

/* What the engine is told of the container, a new reference; with a terminal if `tty`. */
json_t *cog_foreground_describe(const struct cog_foreground *foreground, bool tty);

/* "PORT", "HOST:PORT" or "HOST:PORT:CONTAINER" into `ports`; HOST is 127.0.0.1 unless it is
 * given. Returns 0, or -1 after usage.option. */
int cog_foreground_publish(json_t *ports, const char *text, struct cog_diags *diags);

#endif
