/* export.h - what comes of a build. */
#ifndef COG_BUILDKIT_EXPORT_H
#define COG_BUILDKIT_EXPORT_H

#include <jansson.h>

#include "buildkit.pb-c.h"
#include "steps/steps.h"

/* The exporter's response as an object of strings; a new reference. */
json_t *cog_exporter_answer(const Buildkit__SolveResponse *response);

/* Sets a label of an OCI image config; takes `value`. */
void cog_config_label(json_t *config, const char *label, json_t *value);

/* The steps that ran or were cached, as the document image-1 has them; a new reference. */
json_t *cog_steps_json(const struct cog_steps *steps, const json_t *vertices);

#endif
