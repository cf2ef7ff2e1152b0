/* export.h - what goes to the engine's exporter and what it answers. */
#ifndef COG_BUILDKIT_EXPORT_H
#define COG_BUILDKIT_EXPORT_H

#include <jansson.h>
#include <stdbool.h>

#include "buildkit.pb-c.h"
#include "buildkit/steps.h"

enum { COG_EXPORT_ATTRIBUTES = 3 };

enum cog_export {
    COG_EXPORT_NOTHING,   /* nothing leaves the cache */
    COG_EXPORT_IMAGE,     /* "moby" */
    COG_EXPORT_REWRITTEN, /* "image", where no file is younger than an epoch; "moby" unpacks
                           * the image at once, which excludes that. The engine does it when
                           * the image is first run. */
};

/* A request of Control.Solve with its exporter filled in. It points into itself: it stays
 * in place. */
struct cog_exporter {
    Buildkit__SolveRequest solve;
    Buildkit__Exporter exporter, *exporters[1];
    Buildkit__SolveRequest__ExporterAttrsEntry old[COG_EXPORT_ATTRIBUTES],
        *olds[COG_EXPORT_ATTRIBUTES];
    Buildkit__Exporter__AttrsEntry entry[COG_EXPORT_ATTRIBUTES],
        *entries[COG_EXPORT_ATTRIBUTES];
    char *names, *epoch;
};

/* An exporter that puts an image into the Docker Engine under `tags` (NULL or empty:
 * without a name). `epoch`, an integer, is for COG_EXPORT_REWRITTEN. It is named twice:
 * BuildKit before v0.13 knows only fields 3 and 4, later ones prefer field 13. */
void cog_exporter_init(struct cog_exporter *exporter, enum cog_export export,
                       const json_t *tags, const json_t *epoch);
void cog_exporter_release(struct cog_exporter *exporter);

/* The exporter's response as an object of strings; a new reference. */
json_t *cog_exporter_answer(const Buildkit__SolveResponse *response);

/* Sets a label of an OCI image config; takes `value`. */
void cog_config_label(json_t *config, const char *label, json_t *value);

/* The steps that ran or were cached, as the document image-1 has them; a new reference. */
json_t *cog_steps_json(const struct cog_steps *steps, const json_t *vertices);

#endif
