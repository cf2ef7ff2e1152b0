/* inputs.c - a prediction's inputs against the model's schema. */
#include "predict/inputs.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/nearest.h"
#include "base/text.h"
#include "predict/pattern.h"
#include "predict/schema.h"
#include "schema/compare.h"

static const struct cog_pos nowhere = {0};

/* What is wrong with a value; `code` is NULL when nothing is. */
struct fault {
    const char *code;
    char *text;
};

static bool fault_take(struct fault *fault, const char *code, char *text)
{
    *fault = (struct fault){code, text};
    return false;
}

/* "a, b, c": strings as they are, the rest as JSON. The caller frees it. */
static char *list(const json_t *values)
{
    size_t index, size;
    json_t *value;
    char *text;
    FILE *stream = cog_text_open(&text, &size);
    json_array_foreach(values, index, value) {
        auto_free char *json = json_dumps(value, JSON_ENCODE_ANY);
        (void)fprintf(stream, "%s%s", index ? ", " : "",
                      json_is_string(value) ? json_string_value(value) : json);
    }
    cog_text_close(stream, &text);
    return text;
}

static bool out_of_range(struct fault *fault, const char *side, const json_t *limit)
{
    auto_free char *text = json_dumps(limit, JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));

    return fault_take(fault, "predict.input.range",
                      cog_printf("must be at %s %s", side, text));
}

static bool in_range(const json_t *schema, const json_t *value, struct fault *fault)
{
    const json_t *least = json_object_get(schema, "minimum");
    const json_t *most = json_object_get(schema, "maximum");

    if (json_is_number(least) && cog_number_compare(value, least) < 0)
        return out_of_range(fault, "least", least);
    if (json_is_number(most) && cog_number_compare(value, most) > 0)
        return out_of_range(fault, "most", most);
    return true;
}

static bool text_fits(const json_t *schema, const json_t *value, struct fault *fault)
{
    const json_t *least = json_object_get(schema, "minLength");
    const json_t *most = json_object_get(schema, "maxLength");
    const char *format = json_string_value(json_object_get(schema, "format"));
    const char *pattern = json_string_value(json_object_get(schema, "pattern"));
    const char *text = json_string_value(value);
    json_int_t length = (json_int_t)cog_json_length(value);

    if (format && strcmp(format, "uri") == 0 && strncmp(text, "data:", 5) != 0 &&
        strncmp(text, "http://", 7) != 0 && strncmp(text, "https://", 8) != 0)
        return fault_take(fault, "predict.input.type",
                          cog_strdup("expected a file (@PATH) or a URL"));
    if (least && length < json_integer_value(least))
        return fault_take(fault, "predict.input.length",
                          cog_printf("must have at least %lld characters",
                                     (long long)json_integer_value(least)));
    if (most && length > json_integer_value(most))
        return fault_take(fault, "predict.input.length",
                          cog_printf("must have at most %lld characters",
                                     (long long)json_integer_value(most)));
    if (pattern && !cog_pattern_may_match(pattern, text))
        return fault_take(fault, "predict.input.pattern",
                          cog_printf("must match %s", pattern));
    return true;
}

static bool has_type(const json_t *value, const char *type)
{
    const char *found = cog_json_type(value);

    return !*type || strcmp(found, type) == 0 ||
           (strcmp(type, "number") == 0 && strcmp(found, "integer") == 0);
}

static bool fits(const json_t *openapi, const json_t *schema, const json_t *value,
                 struct fault *fault);

static bool items_fit(const json_t *openapi, const json_t *schema, const json_t *array,
                      struct fault *fault)
{
    const json_t *items = json_object_get(schema, "items");
    size_t index;
    json_t *item;

    json_array_foreach((json_t *)array, index, item) {
        struct fault inner = {0};
        if (!items || fits(openapi, items, item, &inner))
            continue;
        auto_free char *text = inner.text;
        return fault_take(fault, inner.code, cog_printf("item %zu: %s", index + 1, text));
    }
    return true;
}

/* A union: one part has to fit. A union in a union is left to the server: in a document
 * that refers to itself it would have no end. */
static bool any_fits(const json_t *openapi, const json_t *parts, const json_t *value,
                     struct fault *fault)
{
    json_auto_t *names = json_array();
    size_t index;
    json_t *part;

    json_array_foreach(parts, index, part) {
        struct fault inner = {0};
        const json_t *followed = cog_openapi_follow(openapi, part);
        if (json_object_get(followed, "anyOf") || fits(openapi, part, value, &inner))
            return true;
        free(inner.text);
        json_array_append_new(names, json_string(cog_openapi_type(followed)));
    }
    auto_free char *text = list(names);
    return fault_take(fault, "predict.input.type",
                      cog_printf("expected one of %s, got %s", text, cog_json_type(value)));
}

static bool is_choice(const json_t *choices, const json_t *value, struct fault *fault)
{
    size_t index;
    json_t *choice;

    json_array_foreach(choices, index, choice) {
        if (cog_json_equal(choice, value))
            return true;
    }
    auto_free char *text = list(choices);
    return fault_take(fault, "predict.input.choice",
                      cog_printf("must be one of: %s", text));
}

/* The recursion is bounded by the value's depth. */
static bool fits(const json_t *openapi, const json_t *schema, const json_t *value,
                 struct fault *fault)
{
    bool nullable = json_is_true(json_object_get(schema, "nullable"));

    schema = cog_openapi_follow(openapi, schema);
    const char *type = cog_openapi_type(schema);
    const json_t *choices = json_object_get(schema, "enum");
    const json_t *parts = json_object_get(schema, "anyOf");
    nullable = nullable || json_is_true(json_object_get(schema, "nullable"));
    if (json_is_null(value) && (nullable || (!*type && !choices && !parts)))
        return true;
    if (json_is_null(value))
        return fault_take(fault, "predict.input.null", cog_strdup("must not be null"));
    if (!has_type(value, type))
        return fault_take(fault, "predict.input.type",
                          cog_printf("expected %s, got %s", type, cog_json_type(value)));
    if (choices && !is_choice(choices, value, fault))
        return false;
    if (parts)
        return any_fits(openapi, parts, value, fault);
    if (json_is_number(value))
        return in_range(schema, value, fault);
    if (json_is_string(value))
        return text_fits(schema, value, fault);
    return items_fit(openapi, schema, value, fault);
}

static int report_unknown(const json_t *known, const char *name, struct cog_diags *diags)
{
    json_auto_t *names = json_array();
    const char *nearest = cog_nearest(name, known), *key;
    json_t *value;

    json_object_foreach((json_t *)known, key, value) {
        json_array_append_new(names, json_string(key));
    }
    auto_free char *text = list(names);
    return cog_report(diags, COG_ERROR, nowhere, "predict.input.unknown",
                      "unknown input \"%s\"%s%s%s (the model takes %s)", name,
                      nearest ? "; did you mean \"" : "", nearest ? nearest : "",
                      nearest ? "\"?" : "", *text ? text : "none");
}

int cog_inputs_check(const json_t *openapi, const json_t *inputs, struct cog_diags *diags)
{
    const json_t *known = cog_openapi_inputs(openapi);
    unsigned errors = diags->errors;
    const char *name;
    size_t index;
    json_t *value;

    json_object_foreach((json_t *)inputs, name, value) {
        const json_t *schema = json_object_get(known, name);
        struct fault fault = {0};
        if (!schema)
            report_unknown(known, name, diags);
        else if (!fits(openapi, schema, value, &fault))
            cog_report(diags, COG_ERROR, nowhere, fault.code, "invalid input \"%s\": %s",
                       name, fault.text);
        free(fault.text);
    }
    json_array_foreach(cog_openapi_required(openapi), index, value) {
        const char *required = json_string_value(value);
        if (required && !json_object_get(inputs, required))
            cog_report(diags, COG_ERROR, nowhere, "predict.input.missing",
                       "missing required input \"%s\"", required);
    }
    return diags->errors > errors ? -1 : 0;
}
