/* coercion.c - from texts to typed inputs. */
#include "predict/coercion.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/auto.h"
#include "predict/media.h"
#include "predict/schema.h"
#include "schema/compare.h"

/* A file is declared, or nothing that says otherwise. */
static bool takes_file(const json_t *schema)
{
    const char *format = json_string_value(json_object_get(schema, "format"));

    return (format && strcmp(format, "uri") == 0) ||
           (!*cog_openapi_type(schema) && !json_object_get(schema, "enum"));
}

static json_t *read_file(const char *path, struct cog_diags *diags)
{
    auto_free char *url = cog_media_read(path, diags);

    return url ? json_string(url) : NULL;
}

/* NULL when the text is no such value. */
static json_t *as_integer(const char *text)
{
    char *end;

    errno = 0;
    long long value = strtoll(text, &end, 10);
    bool whole = *text && strchr("-+0123456789", *text) && !*end && errno == 0;
    return whole ? json_integer(value) : NULL;
}

static json_t *as_number(const char *text)
{
    char *end;
    json_t *integer = as_integer(text);

    if (integer || !*text || !strchr("-+.0123456789", *text))
        return integer;
    double value = strtod(text, &end);
    return *end || !isfinite(value) ? NULL : json_real(value);
}

static json_t *as_boolean(const char *text)
{
    if (strcasecmp(text, "true") == 0)
        return json_true();
    return strcasecmp(text, "false") == 0 ? json_false() : NULL;
}

/* `type` is object or array; NULL when the text is not JSON of that type. */
static json_t *as_json(const char *text, const char *type)
{
    json_t *value = json_loads(text, JSON_REJECT_DUPLICATES, NULL);

    if (value && strcmp(cog_json_type(value), type) == 0)
        return value;
    json_decref(value);
    return NULL;
}

/* Choices need not say their type; one that is written so is meant. */
static json_t *as_choice(const char *text, const json_t *choices)
{
    size_t index;
    json_t *choice;

    json_array_foreach(choices, index, choice) {
        auto_free char *json = json_dumps(choice, JSON_ENCODE_ANY);
        if (json_is_string(choice) ? strcmp(json_string_value(choice), text) == 0
                                   : strcmp(json, text) == 0)
            return json_incref(choice);
    }
    return NULL;
}

static json_t *by_type(const json_t *schema, const char *text)
{
    const char *type = cog_openapi_type(schema);
    const json_t *choices = json_object_get(schema, "enum");

    if (choices)
        return as_choice(text, choices);
    if (strcmp(type, "integer") == 0)
        return as_integer(text);
    if (strcmp(type, "number") == 0)
        return as_number(text);
    if (strcmp(type, "boolean") == 0)
        return as_boolean(text);
    if (strcmp(type, "object") == 0 || strcmp(type, "array") == 0)
        return as_json(text, type);
    return NULL;
}

/* The first part of a union that the text can be; a string can be everything, so it comes
 * last. */
static json_t *by_union(const json_t *openapi, const json_t *parts, const char *text)
{
    size_t index;
    json_t *part, *value = NULL;

    json_array_foreach(parts, index, part) {
        value = by_type(cog_openapi_follow(openapi, part), text);
        if (value)
            break;
    }
    return value;
}

/* NULL only after a diagnostic. */
static json_t *coerce(const json_t *openapi, const json_t *schema, const char *text,
                      struct cog_diags *diags)
{
    const json_t *followed = cog_openapi_follow(openapi, schema);
    const json_t *parts = json_object_get(followed, "anyOf");
    bool nullable = json_is_true(json_object_get(schema, "nullable")) ||
                    json_is_true(json_object_get(followed, "nullable"));

    if (*text == '@' && !parts && takes_file(followed))
        return read_file(text + 1, diags);
    if (nullable && strcmp(text, "null") == 0 &&
        strcmp(cog_openapi_type(followed), "string") != 0)
        return json_null();
    json_t *value = parts ? by_union(openapi, parts, text) : by_type(followed, text);
    return value ? value : json_string(text);
}

/* One text for an array may be all of it, as JSON. */
static json_t *coerce_all(const json_t *openapi, const json_t *schema, const json_t *texts,
                          struct cog_diags *diags)
{
    const json_t *followed = cog_openapi_follow(openapi, schema);
    bool array = strcmp(cog_openapi_type(followed), "array") == 0;
    const json_t *items = array ? json_object_get(followed, "items") : schema;
    const char *first = json_string_value(json_array_get(texts, 0));
    size_t index;
    json_t *text;

    if (json_array_size(texts) == 1 && (!array || *first == '[')) {
        return coerce(openapi, schema, first, diags);
    }
    json_t *values = json_array();
    json_array_foreach((json_t *)texts, index, text) {
        json_t *value = coerce(openapi, items, json_string_value(text), diags);
        if (value)
            json_array_append_new(values, value);
    }
    return values;
}

json_t *cog_inputs_coerce(const json_t *openapi, const json_t *texts,
                          struct cog_diags *diags)
{
    const json_t *known = cog_openapi_inputs(openapi);
    unsigned errors = diags->errors;
    json_t *inputs = json_object(), *list;
    const char *name;

    json_object_foreach((json_t *)texts, name, list) {
        json_t *value = coerce_all(openapi, json_object_get(known, name), list, diags);
        if (value)
            json_object_set_new(inputs, name, value);
    }
    if (diags->errors == errors)
        return inputs;
    json_decref(inputs);
    return NULL;
}

int cog_inputs_read_files(const json_t *openapi, json_t *inputs, struct cog_diags *diags)
{
    const json_t *known = cog_openapi_inputs(openapi);
    unsigned errors = diags->errors;
    const char *name;
    json_t *value;

    json_object_foreach(inputs, name, value) {
        const json_t *schema = cog_openapi_follow(openapi, json_object_get(known, name));
        const char *text = json_string_value(value);
        json_t *url =
            text && *text == '@' && takes_file(schema) ? read_file(text + 1, diags) : NULL;
        if (url)
            json_object_set_new(inputs, name, url);
    }
    return diags->errors > errors ? -1 : 0;
}
