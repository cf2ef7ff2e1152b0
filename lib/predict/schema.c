/* schema.c - finds its way in an OpenAPI document. */
#include "predict/schema.h"

#include <string.h>

enum { MAX_STEPS = 16 }; /* references that are followed: they may go in a circle */

static const json_t *named(const json_t *openapi, const char *name)
{
    const json_t *components = json_object_get(openapi, "components");

    return json_object_get(json_object_get(components, "schemas"), name);
}

const json_t *cog_openapi_inputs(const json_t *openapi)
{
    return json_object_get(named(openapi, "Input"), "properties");
}

const json_t *cog_openapi_required(const json_t *openapi)
{
    return json_object_get(named(openapi, "Input"), "required");
}

const json_t *cog_openapi_output(const json_t *openapi)
{
    return cog_openapi_follow(openapi, named(openapi, "Output"));
}

bool cog_openapi_trains(const json_t *openapi)
{
    return named(openapi, "TrainingInput");
}

const json_t *cog_openapi_follow(const json_t *openapi, const json_t *schema)
{
    static const char prefix[] = "#/components/schemas/";

    for (unsigned step = 0; step < MAX_STEPS; step++) {
        const json_t *all = json_object_get(schema, "allOf");
        const char *ref = json_string_value(json_object_get(schema, "$ref"));
        if (ref && strncmp(ref, prefix, sizeof prefix - 1) == 0)
            schema = named(openapi, ref + sizeof prefix - 1);
        else if (json_array_size(all) == 1)
            schema = json_array_get(all, 0);
        else
            return schema;
    }
    return NULL;
}

const char *cog_openapi_type(const json_t *schema)
{
    const char *type = json_string_value(json_object_get(schema, "type"));

    return type ? type : "";
}
