/* coercion.h - inputs written as text on a command line, as the values that the model's
 * schema declares. */
#ifndef COG_PREDICT_COERCION_H
#define COG_PREDICT_COERCION_H

#include <jansson.h>

#include "base/diag.h"

/* Turns `texts`, an object of name -> array of texts, into inputs. By the declared type: an
 * integer (64 bit), a number, true or false, JSON for an object or an array, the text
 * itself; `null` where the schema allows it. More than one text is an array. "@PATH" is the
 * file as a data URL where a file is declared or nothing is known. A text that does not fit
 * stays a text, for cog_inputs_check() to refuse. `openapi` may be NULL. A new reference;
 * NULL after the diagnostics of cog_media_read(). */
json_t *cog_inputs_coerce(const json_t *openapi, const json_t *texts,
                          struct cog_diags *diags);

/* Replaces "@PATH" likewise in `inputs` that came as JSON. Returns 0 or -1. */
int cog_inputs_read_files(const json_t *openapi, json_t *inputs, struct cog_diags *diags);

#endif
