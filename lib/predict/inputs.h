/* inputs.h - checks the inputs of a prediction against the model's OpenAPI document, before
 * anything is started.
 *
 * The document may be NULL in coercion: then texts stay texts. */
#ifndef COG_PREDICT_INPUTS_H
#define COG_PREDICT_INPUTS_H

#include <jansson.h>

#include "base/diag.h"

/* Reports every input that is wrong: predict.input.unknown, .missing, .type, .null,
 * .choice, .range, .length, .pattern. Patterns are Python's; those that POSIX cannot
 * express are left to the server. Returns 0 or -1. */
int cog_inputs_check(const json_t *openapi, const json_t *inputs, struct cog_diags *diags);

#endif
