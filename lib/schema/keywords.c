/* keywords.c - what each keyword of a schema asks of a value. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/doc.h"
#include "base/nearest.h"
#include "schema/checker.h"

const char *cog_json_type(const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        return "object";
    case JSON_ARRAY:
        return "array";
    case JSON_STRING:
        return "string";
    case JSON_INTEGER:
        return "integer";
    case JSON_REAL:
        return "number";
    case JSON_TRUE:
    case JSON_FALSE:
        return "boolean";
    default:
        return "null";
    }
}

static bool has_type(const json_t *value, const char *name)
{
    return strcmp(cog_json_type(value), name) == 0 ||
           (json_is_integer(value) && strcmp(name, "number") == 0);
}

bool cog_type_fits(const json_t *types, const json_t *value)
{
    const json_t *name;
    size_t index;

    if (json_is_string(types))
        return has_type(value, json_string_value(types));
    json_array_foreach(types, index, name) {
        if (has_type(value, json_string_value(name)))
            return true;
    }
    return !types;
}

static char *type_words(const json_t *types)
{
    if (json_is_string(types))
        return cog_strdup(json_string_value(types));
    char *words = cog_strdup("");
    const json_t *name;
    size_t index;
    json_array_foreach(types, index, name) {
        char *longer =
            cog_printf("%s%s%s", words, index ? " or " : "", json_string_value(name));
        free(words);
        words = longer;
    }
    return words;
}

/* The value as JSON, cut when long. */
static char *show(const json_t *value)
{
    auto_free char *text =
        json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY | JSON_SORT_KEYS);
    return cog_printf(text && strlen(text) > 60 ? "%.57s..." : "%s", text ? text : "?");
}

static void check_type(struct checker *c, const struct subject *s, const json_t *types)
{
    if (cog_type_fits(types, s->value))
        return;
    auto_free char *words = type_words(types);
    auto_free char *found = show(s->value);
    cog_fault(
        c, s, s->path, "schema.type",
        cog_printf("expected %s, found %s %s", words, cog_json_type(s->value), found));
}

static void check_enum(struct checker *c, const struct subject *s, const json_t *choices)
{
    const json_t *choice;
    size_t index;

    json_array_foreach(choices, index, choice) {
        if (json_equal(choice, s->value))
            return;
    }
    auto_free char *list = json_dumps(choices, 0);
    auto_free char *found = show(s->value);
    cog_fault(c, s, s->path, "schema.value",
              cog_printf("%s is not one of %s", found, list));
}

static void check_const(struct checker *c, const struct subject *s, const json_t *wanted)
{
    if (json_equal(wanted, s->value))
        return;
    auto_free char *text = show(wanted);
    auto_free char *found = show(s->value);
    cog_fault(c, s, s->path, "schema.value",
              cog_printf("expected %s, found %s", text, found));
}

static void check_pattern(struct checker *c, const struct subject *s, const json_t *pattern)
{
    if (!json_is_string(s->value) ||
        cog_pattern_matches(c, json_string_value(pattern), json_string_value(s->value)))
        return;
    auto_free char *found = show(s->value);
    cog_fault(c, s, s->path, "schema.value",
              json_object_get(s->schema, "x-hint")
                  ? cog_printf("%s is not valid here", found)
                  : cog_printf("%s does not match %s", found, json_string_value(pattern)));
}

static void check_items(struct checker *c, const struct subject *s, const json_t *schema)
{
    const json_t *item;
    size_t index;

    json_array_foreach(s->value, index, item) {
        const struct cog_path path = {s->path, NULL, index};
        cog_check(c, s->root, schema, item, &path);
    }
}

static void check_unique(struct checker *c, const struct subject *s, const json_t *wanted)
{
    for (size_t i = 0; json_is_true(wanted) && i < json_array_size(s->value); i++)
        for (size_t j = 0; j < i; j++)
            if (json_equal(json_array_get(s->value, i), json_array_get(s->value, j))) {
                const struct cog_path path = {s->path, NULL, i};
                auto_free char *found = show(json_array_get(s->value, i));
                cog_fault(c, s, &path, "schema.value",
                          cog_printf("%s stands here twice", found));
            }
}

static void check_least(struct checker *c, const struct subject *s, bool applies,
                        size_t size, const json_t *least, const char *what)
{
    if (applies && size < (size_t)json_integer_value(least))
        cog_fault(c, s, s->path, "schema.value",
                  cog_printf("needs at least %" JSON_INTEGER_FORMAT " %s",
                             json_integer_value(least), what));
}

static void check_min_items(struct checker *c, const struct subject *s, const json_t *least)
{
    check_least(c, s, json_is_array(s->value), json_array_size(s->value), least, "item(s)");
}

static void check_min_properties(struct checker *c, const struct subject *s,
                                 const json_t *least)
{
    check_least(c, s, json_is_object(s->value), json_object_size(s->value), least,
                "member(s)");
}

static void check_min_length(struct checker *c, const struct subject *s,
                             const json_t *least)
{
    check_least(c, s, json_is_string(s->value), json_string_length(s->value), least,
                "character(s)");
}

static void check_minimum(struct checker *c, const struct subject *s, const json_t *limit)
{
    if (json_is_number(s->value) && json_number_value(s->value) < json_number_value(limit))
        cog_fault(c, s, s->path, "schema.value",
                  cog_printf("must be at least %g", json_number_value(limit)));
}

static void check_maximum(struct checker *c, const struct subject *s, const json_t *limit)
{
    if (json_is_number(s->value) && json_number_value(s->value) > json_number_value(limit))
        cog_fault(c, s, s->path, "schema.value",
                  cog_printf("must be at most %g", json_number_value(limit)));
}

static bool passes(struct checker *c, const struct subject *s, const json_t *schema)
{
    struct checker trial = *c;

    trial.quiet = true;
    trial.faults = 0;
    cog_check(&trial, s->root, schema, s->value, s->path);
    return trial.faults == 0;
}

/* When no branch fits, the faults of the only branch of the value's type are the most
 * telling. */
static void check_any(struct checker *c, const struct subject *s, const json_t *branches)
{
    const json_t *branch, *telling = NULL;
    size_t index, typed = 0;

    json_array_foreach(branches, index, branch) {
        if (passes(c, s, branch))
            return;
        if (cog_type_fits(json_object_get(branch, "type"), s->value)) {
            telling = branch;
            typed++;
        }
    }
    if (typed == 1) {
        cog_check(c, s->root, telling, s->value, s->path);
        return;
    }
    auto_free char *found = show(s->value);
    cog_fault(
        c, s, s->path, "schema.choice",
        cog_printf("%s %s fits none of the allowed forms", cog_json_type(s->value), found));
}

static void check_all(struct checker *c, const struct subject *s, const json_t *branches)
{
    const json_t *branch;
    size_t index;

    json_array_foreach(branches, index, branch) {
        cog_check(c, s->root, branch, s->value, s->path);
    }
}

static void check_if(struct checker *c, const struct subject *s, const json_t *condition)
{
    const json_t *then = json_object_get(s->schema, "then");

    if (then && passes(c, s, condition))
        cog_check(c, s->root, then, s->value, s->path);
}

/* "#/$defs/name", "plan-1.json", "plan-1.json#/$defs/name". */
static void check_ref(struct checker *c, const struct subject *s, const json_t *reference)
{
    const char *text = json_string_value(reference), *hash = strchr(text, '#');
    auto_free char *file = cog_strndup(text, hash ? (size_t)(hash - text) : strlen(text));
    const json_t *root = *file ? cog_schema_file(c, file) : s->root, *schema = root;

    if (hash) {
        const char *name = strrchr(hash, '/');
        schema = json_object_get(json_object_get(root, "$defs"), name ? name + 1 : "");
        if (!schema)
            abort();
    }
    cog_check(c, root, schema, s->value, s->path);
}

static void annotation(struct checker *c, const struct subject *s, const json_t *argument)
{
    (void)c;
    (void)s;
    (void)argument;
}

static const struct keyword {
    const char *name;
    cog_keyword_check *check;
} keywords[] = {
    {"$comment", annotation},
    {"$defs", annotation},
    {"$id", annotation},
    {"$ref", check_ref},
    {"$schema", annotation},
    {"additionalProperties", cog_check_additional},
    {"allOf", check_all},
    {"anyOf", check_any},
    {"const", check_const},
    {"default", annotation},
    {"deprecated", annotation},
    {"description", annotation},
    {"enum", check_enum},
    {"examples", annotation},
    {"if", check_if},
    {"items", check_items},
    {"maximum", check_maximum},
    {"minItems", check_min_items},
    {"minLength", check_min_length},
    {"minProperties", check_min_properties},
    {"minimum", check_minimum},
    {"pattern", check_pattern},
    {"patternProperties", cog_check_patterns},
    {"properties", cog_check_properties},
    {"propertyNames", cog_check_names},
    {"required", cog_check_required},
    {"then", annotation},
    {"title", annotation},
    {"type", check_type},
    {"uniqueItems", check_unique},
    {"x-hint", annotation},
};

static int by_name(const void *name, const void *keyword)
{
    return strcmp(name, ((const struct keyword *)keyword)->name);
}

cog_keyword_check *cog_keyword(const char *name)
{
    const struct keyword *keyword = bsearch(
        name, keywords, sizeof keywords / sizeof *keywords, sizeof *keywords, by_name);
    return keyword ? keyword->check : NULL;
}
