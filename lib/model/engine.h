/* engine.h - the document cog/engine-1: what an engine's BuildKit can do. */
#ifndef COG_MODEL_ENGINE_H
#define COG_MODEL_ENGINE_H

#include <jansson.h>

#include "base/diag.h"

/* Reads the document in a file: an object of its capabilities, each true. A new reference,
 * or NULL after a diagnostic. */
json_t *cog_engine_load(const char *file, struct cog_diags *diags);

#endif
