/* build.h - one build, from a definition to an image in the engine.
 *
 * cog is its own frontend (BuildKit's gateway): the engine evaluates the definition, files
 * that are to become labels are read out of the result, and the result goes back with the
 * finished image config, which the engine then exports. One pass; no second build. */
#ifndef COG_BUILDKIT_BUILD_H
#define COG_BUILDKIT_BUILD_H

#include <jansson.h>
#include <stdbool.h>

#include "base/diag.h"
#include "buildkit/link.h"
#include "session/session.h"

enum {
    COG_BUILD_MAX_LABEL = 4 << 20, /* bytes of a file that becomes a label */
};

/* What to build; all borrowed. */
struct cog_build_request {
    const void *definition; /* a packed pb.Definition */
    size_t definition_size;
    const json_t *image;       /* OCI image config, without the labels from files */
    const json_t *label_files; /* object: label -> path in the result; may be NULL */
    const json_t
        *vertices; /* digest -> {"stage", "command", "why": [{"at", "subject"}]}, or NULL */
    const json_t *tags; /* array of names; may be empty */
    const json_t
        *epoch;  /* seconds since 1970 that no file is to be younger than; or NULL */
    bool export; /* false: only evaluate */
    const json_t
        *outputs; /* of cog_output_parse(); NULL or empty: into the Docker Engine */
    const json_t *cache_from, *cache_to; /* of cog_cache_parse(); may be NULL */
    const json_t *attestations;          /* attributes for the frontend; may be NULL */
    bool host_network; /* commands may have the host's network, if the engine allows it */
    const char *shared_key; /* stands for the place of the folders on this machine */
    const json_t *proxies;  /* for commands: "http_proxy" -> URL; may be NULL */
    bool push; /* the image gets the label run.cog.push_id, unless it has an epoch and is to
                  be the same every time */
};

/* Who is told about progress: with a report of BuildKit's as JSON (buildkit/status.h), in
 * which the steps of `vertices` have their "command", or with NULL some ten times a second,
 * so that clocks can be drawn. */
typedef void cog_build_progress(void *data, const json_t *report);

/* What came of it; released by the caller in any case. */
struct cog_built {
    json_t *config;       /* the image config that was sent */
    json_t *answer;       /* object: the exporter's response */
    bool known_by_config; /* the image's identity is its config's digest, if there is one */
    json_t *pushes;       /* array of names that the Engine API is to push */
    json_t *steps;        /* array, as in cog/image-1 */
    int64_t sent;         /* bytes of files that the engine did not have */
    int64_t milliseconds; /* that it took */
    int64_t began;        /* seconds since 1970 by the engine's clock; 0: unknown */
};

/* Builds. Returns 0; COG_EXIT_INTERRUPTED when the user stopped it, with nothing left
 * running; or -1 after diagnostics:
 *     build.step           a command of the build failed; at the place that asked for it
 *     build.missing        an image or file that the build needs does not exist; likewise
 *     build.definition     what is to be built is no LLB
 *     build.output         the engine has no exporter for an output
 *     output.write         an output cannot be written here
 *     build.epoch          a warning: the engine cannot set the times of files
 *     build.label-file     a file for a label is missing or too large
 *     context.changed      a file changed while it was sent (and those of tree/walk.h)
 *     engine.unreachable   nothing answers
 *     engine.refused       what answers is no engine with BuildKit
 *     engine.lost          the engine went away
 *     engine.capability    the engine does not know something that is in the definition
 *     engine.build         the engine could not do its part */
int cog_build_run(const struct cog_build_request *request,
                  const struct cog_builder *builder, struct cog_session *session,
                  cog_build_progress *progress, void *data, struct cog_built *built,
                  struct cog_diags *diags);
void cog_built_release(struct cog_built *built);

#endif
