/* export.h - what goes to the engine's exporter and what it answers. */
#ifndef COG_BUILDKIT_EXPORT_H
#define COG_BUILDKIT_EXPORT_H

#include <jansson.h>
#include <stdbool.h>

#include "buildkit.pb-c.h"
#include "buildkit/steps.h"

/* A request of Control.Solve with its exporter filled in. It points into itself: it stays
 * in place. */
struct cog_exporter {
    Buildkit__SolveRequest solve;
    Buildkit__SolveRequest__ExporterAttrsEntry attribute, *attributes[1];
    Buildkit__Exporter exporter, *exporters[1];
    Buildkit__Exporter__AttrsEntry exporter_attribute, *exporter_attributes[1];
    char *names;
};

/* The exporter "moby", which puts an image into the Docker Engine under `tags` (NULL or
 * empty: without a name). Without `export` nothing leaves the cache. It is named twice:
 * BuildKit before v0.13 knows only fields 3 and 4, later ones prefer field 13. */
void cog_exporter_init(struct cog_exporter *exporter, const json_t *tags, bool export);
void cog_exporter_release(struct cog_exporter *exporter);

/* The exporter's response as an object of strings; a new reference. */
json_t *cog_exporter_answer(const Buildkit__SolveResponse *response);

/* Sets a label of an OCI image config; takes `value`. */
void cog_config_label(json_t *config, const char *label, json_t *value);

/* The steps that ran or were cached, as the document image-1 has them; a new reference. */
json_t *cog_steps_json(const struct cog_steps *steps, const json_t *vertices);

#endif
