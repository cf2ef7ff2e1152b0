/* schema.h - the parts of a model's OpenAPI document that tell of its inputs and output
 * (OpenAPI 3.0.3, as Cog writes it: facts on `nullable`, allOf with one $ref, anyOf). */
#ifndef COG_PREDICT_SCHEMA_H
#define COG_PREDICT_SCHEMA_H

#include <jansson.h>
#include <stdbool.h>

/* The schemas of the inputs by name, and the names of the required ones; NULL when the
 * document tells of none. Borrowed. */
const json_t *cog_openapi_inputs(const json_t *openapi);
const json_t *cog_openapi_required(const json_t *openapi);

/* The schema of the output, or NULL. Borrowed. */
const json_t *cog_openapi_output(const json_t *openapi);

/* Whether the model can be trained. */
bool cog_openapi_trains(const json_t *openapi);

/* What `schema` stands for: $ref and an allOf with one part are followed. Borrowed. */
const json_t *cog_openapi_follow(const json_t *openapi, const json_t *schema);

/* The member `type`, or "" for a schema without. Borrowed. */
const char *cog_openapi_type(const json_t *schema);

#endif
