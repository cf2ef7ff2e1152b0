/* source.h - the project's files in a container whose engine does not see their folder: a
 * copy of what a build would send (.dockerignore). */
#ifndef COG_EXEC_SOURCE_H
#define COG_EXEC_SOURCE_H

#include <jansson.h>
#include <stdbool.h>

#include "docker/engine.h"
#include "tree/ignore.h"

/* Zero-initialise. */
struct cog_source {
    const char *folder; /* borrowed; NULL: nothing is to be sent */
    struct cog_ignore exclude;
    json_t *sent; /* what the container has: path -> when it was changed; NULL: nothing */
};

/* Adds to `mounts` what makes `folder` (NULL: nothing is to be done) /src of a container
 * that is to be created: the folder itself, or an empty place for a copy, which goes with
 * the container and is `source` for. `files` is "mount", "copy", or NULL for a copy where
 * the engine is on another machine. Returns 0, or -1 after diagnostics of cog-detect(1)
 * about .dockerignore. To be released in any case. */
int cog_source_place(struct cog_source *source, const char *folder, const char *files,
                     const struct cog_engine *engine, json_t *mounts,
                     struct cog_diags *diags);
void cog_source_release(struct cog_source *source);

/* The container is gone. */
void cog_source_forget(struct cog_source *source);

/* Sends what the container, which need not run, lacks or has otherwise. Returns 0, -1 after
 * engine.refused, engine.unreachable or a diagnostic of tree/archive.h, or
 * COG_EXIT_INTERRUPTED after a signal other than SIGWINCH from `signals` (a signalfd). */
int cog_source_send(struct cog_source *source, const struct cog_engine *engine,
                    const char *container, int signals, struct cog_diags *diags);

/* Whether something is gone that the container has: only a new one will not have it. */
bool cog_source_lacks(const struct cog_source *source, struct cog_diags *diags);

#endif
