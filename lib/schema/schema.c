/* schema.c - a small JSON Schema validator. */
#include "schema/schema.h"

#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/doc.h"
#include "base/nearest.h"

struct checker {
    const struct cog_schema_place *place;
    struct cog_diags *diags;
    json_t *files; /* name -> parsed schema */
    bool quiet;    /* count only: a branch is being tried */
    unsigned faults;
};

/* A value under check, and what it is checked against. */
struct subject {
    const json_t *root;   /* the schema file, for local references */
    const json_t *schema; /* the object whose keywords are being applied */
    const json_t *value;
    const char *pointer; /* of the value */
};

static void check(struct checker *c, const json_t *root, const json_t *schema,
                  const json_t *value, const char *pointer);

const char *cog_schema_text(const char *name)
{
    for (const struct cog_schema_file *file = cog_schema_files; file->name; file++)
        if (strcmp(file->name, name) == 0)
            return file->text;
    return NULL;
}

static struct cog_pos position(const struct checker *c, const char *pointer, bool key)
{
    struct cog_pos at = {.file = c->place->file};
    const json_t *pair =
        json_object_get(key ? c->place->keys : c->place->positions, pointer);

    if (!pair)
        pair = json_object_get(c->place->positions, pointer);
    at.line = (unsigned)json_integer_value(json_array_get(pair, 0));
    at.column = (unsigned)json_integer_value(json_array_get(pair, 1));
    return at;
}

/* Reports `text` (freed) about the value at `pointer`, or about its key. */
static void fault(struct checker *c, const struct subject *s, const char *pointer,
                  const char *code, char *text)
{
    bool key = strcmp(code, "schema.unknown") == 0;
    const char *hint = json_string_value(json_object_get(s->schema, "x-hint"));

    c->faults++;
    if (!c->quiet)
        cog_report(c->diags, COG_ERROR, position(c, pointer, key), code, "%s%s%s%s%s",
                   c->place->positions ? ""
                   : *pointer          ? pointer
                                       : "/",
                   c->place->positions ? "" : ": ", text, hint && !key ? "; " : "",
                   hint && !key ? hint : "");
    free(text);
}

static const char *type_of(const json_t *value)
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
    return strcmp(type_of(value), name) == 0 ||
           (json_is_integer(value) && strcmp(name, "number") == 0);
}

static bool type_fits(const json_t *types, const json_t *value)
{
    const json_t *name;
    size_t index;

    if (json_is_string(types))
        return has_type(value, json_string_value(types));
    json_array_foreach(types, index, name)
    {
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
    json_array_foreach(types, index, name)
    {
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
    if (type_fits(types, s->value))
        return;
    auto_free char *words = type_words(types);
    auto_free char *found = show(s->value);
    fault(c, s, s->pointer, "schema.type",
          cog_printf("expected %s, found %s %s", words, type_of(s->value), found));
}

static void check_enum(struct checker *c, const struct subject *s, const json_t *choices)
{
    const json_t *choice;
    size_t index;

    json_array_foreach(choices, index, choice)
    {
        if (json_equal(choice, s->value))
            return;
    }
    auto_free char *list = json_dumps(choices, 0);
    auto_free char *found = show(s->value);
    fault(c, s, s->pointer, "schema.value", cog_printf("%s is not one of %s", found, list));
}

static void check_const(struct checker *c, const struct subject *s, const json_t *wanted)
{
    if (json_equal(wanted, s->value))
        return;
    auto_free char *text = show(wanted);
    auto_free char *found = show(s->value);
    fault(c, s, s->pointer, "schema.value",
          cog_printf("expected %s, found %s", text, found));
}

static bool matches(const char *pattern, const char *text)
{
    regex_t regex;

    if (regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB) != 0)
        abort(); /* the schemas are ours */
    bool found = regexec(&regex, text, 0, NULL, 0) == 0;
    regfree(&regex);
    return found;
}

static void check_pattern(struct checker *c, const struct subject *s, const json_t *pattern)
{
    if (!json_is_string(s->value) ||
        matches(json_string_value(pattern), json_string_value(s->value)))
        return;
    auto_free char *found = show(s->value);
    fault(c, s, s->pointer, "schema.value",
          json_object_get(s->schema, "x-hint")
              ? cog_printf("%s is not valid here", found)
              : cog_printf("%s does not match %s", found, json_string_value(pattern)));
}

static void check_properties(struct checker *c, const struct subject *s,
                             const json_t *properties)
{
    const char *name;
    json_t *schema;

    json_object_foreach((json_t *)properties, name, schema)
    {
        const json_t *value = json_object_get(s->value, name);
        if (!value)
            continue;
        auto_free char *pointer = cog_pointer_member(s->pointer, name);
        check(c, s->root, schema, value, pointer);
    }
}

static bool named_by_pattern(const json_t *patterns, const char *name)
{
    const char *pattern;
    json_t *schema;

    json_object_foreach((json_t *)patterns, pattern, schema)
    {
        if (matches(pattern, name))
            return true;
    }
    return false;
}

static void check_additional(struct checker *c, const struct subject *s,
                             const json_t *schema)
{
    const json_t *known = json_object_get(s->schema, "properties");
    const json_t *patterns = json_object_get(s->schema, "patternProperties");
    const char *name;
    json_t *value;

    json_object_foreach((json_t *)s->value, name, value)
    {
        if (json_object_get(known, name) || named_by_pattern(patterns, name))
            continue;
        auto_free char *pointer = cog_pointer_member(s->pointer, name);
        if (!json_is_false(schema)) {
            check(c, s->root, schema, value, pointer);
            continue;
        }
        const char *near = cog_nearest(name, known);
        fault(c, s, pointer, "schema.unknown",
              cog_printf("unknown key \"%s\"%s%s%s", name, near ? "; did you mean \"" : "",
                         near ? near : "", near ? "\"?" : ""));
    }
}

static void check_patterns(struct checker *c, const struct subject *s,
                           const json_t *patterns)
{
    const char *pattern, *name;
    json_t *schema, *value;

    json_object_foreach((json_t *)patterns, pattern, schema)
    {
        json_object_foreach((json_t *)s->value, name, value)
        {
            if (!matches(pattern, name))
                continue;
            auto_free char *pointer = cog_pointer_member(s->pointer, name);
            check(c, s->root, schema, value, pointer);
        }
    }
}

static void check_names(struct checker *c, const struct subject *s, const json_t *schema)
{
    const char *name;
    json_t *value;

    json_object_foreach((json_t *)s->value, name, value)
    {
        auto_free char *pointer = cog_pointer_member(s->pointer, name);
        json_auto_t *text = json_string(name);
        check(c, s->root, schema, text, pointer);
    }
}

static void check_required(struct checker *c, const struct subject *s, const json_t *names)
{
    const json_t *name;
    size_t index;

    if (!json_is_object(s->value))
        return;
    json_array_foreach(names, index, name)
    {
        if (!json_object_get(s->value, json_string_value(name)))
            fault(c, s, s->pointer, "schema.required",
                  cog_printf("\"%s\" is missing", json_string_value(name)));
    }
}

static void check_items(struct checker *c, const struct subject *s, const json_t *schema)
{
    const json_t *item;
    size_t index;

    json_array_foreach(s->value, index, item)
    {
        auto_free char *pointer = cog_pointer_index(s->pointer, index);
        check(c, s->root, schema, item, pointer);
    }
}

static void check_unique(struct checker *c, const struct subject *s, const json_t *wanted)
{
    for (size_t i = 0; json_is_true(wanted) && i < json_array_size(s->value); i++)
        for (size_t j = 0; j < i; j++)
            if (json_equal(json_array_get(s->value, i), json_array_get(s->value, j))) {
                auto_free char *pointer = cog_pointer_index(s->pointer, i);
                auto_free char *found = show(json_array_get(s->value, i));
                fault(c, s, pointer, "schema.value",
                      cog_printf("%s stands here twice", found));
            }
}

static void check_least(struct checker *c, const struct subject *s, bool applies,
                        size_t size, const json_t *least, const char *what)
{
    if (applies && size < (size_t)json_integer_value(least))
        fault(c, s, s->pointer, "schema.value",
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
        fault(c, s, s->pointer, "schema.value",
              cog_printf("must be at least %g", json_number_value(limit)));
}

static void check_maximum(struct checker *c, const struct subject *s, const json_t *limit)
{
    if (json_is_number(s->value) && json_number_value(s->value) > json_number_value(limit))
        fault(c, s, s->pointer, "schema.value",
              cog_printf("must be at most %g", json_number_value(limit)));
}

static bool passes(struct checker *c, const struct subject *s, const json_t *schema)
{
    struct checker trial = *c;

    trial.quiet = true;
    trial.faults = 0;
    check(&trial, s->root, schema, s->value, s->pointer);
    return trial.faults == 0;
}

/* When no branch fits, the faults of the only branch of the value's type are the most
 * telling. */
static void check_any(struct checker *c, const struct subject *s, const json_t *branches)
{
    const json_t *branch, *telling = NULL;
    size_t index, typed = 0;

    json_array_foreach(branches, index, branch)
    {
        if (passes(c, s, branch))
            return;
        if (type_fits(json_object_get(branch, "type"), s->value)) {
            telling = branch;
            typed++;
        }
    }
    if (typed == 1) {
        check(c, s->root, telling, s->value, s->pointer);
        return;
    }
    auto_free char *found = show(s->value);
    fault(c, s, s->pointer, "schema.choice",
          cog_printf("%s %s fits none of the allowed forms", type_of(s->value), found));
}

static void check_all(struct checker *c, const struct subject *s, const json_t *branches)
{
    const json_t *branch;
    size_t index;

    json_array_foreach(branches, index, branch)
    {
        check(c, s->root, branch, s->value, s->pointer);
    }
}

static void check_if(struct checker *c, const struct subject *s, const json_t *condition)
{
    const json_t *then = json_object_get(s->schema, "then");

    if (then && passes(c, s, condition))
        check(c, s->root, then, s->value, s->pointer);
}

/* Borrowed from `c`. */
static const json_t *schema_file(struct checker *c, const char *name)
{
    json_t *schema = json_object_get(c->files, name);

    if (!schema) {
        const char *text = cog_schema_text(name);
        schema = text ? json_loads(text, 0, NULL) : NULL;
        if (!schema)
            abort(); /* the schemas are ours */
        json_object_set_new(c->files, name, schema);
    }
    return schema;
}

/* "#/$defs/name", "plan-1.json", "plan-1.json#/$defs/name". */
static void check_ref(struct checker *c, const struct subject *s, const json_t *reference)
{
    const char *text = json_string_value(reference), *hash = strchr(text, '#');
    auto_free char *file = cog_strndup(text, hash ? (size_t)(hash - text) : strlen(text));
    const json_t *root = *file ? schema_file(c, file) : s->root, *schema = root;

    if (hash) {
        const char *name = strrchr(hash, '/');
        schema = json_object_get(json_object_get(root, "$defs"), name ? name + 1 : "");
        if (!schema)
            abort();
    }
    check(c, root, schema, s->value, s->pointer);
}

static void annotation(struct checker *c, const struct subject *s, const json_t *argument)
{
    (void)c;
    (void)s;
    (void)argument;
}

static const struct keyword {
    const char *name;
    void (*check)(struct checker *c, const struct subject *s, const json_t *argument);
} keywords[] = {
    {"$comment", annotation},
    {"$defs", annotation},
    {"$id", annotation},
    {"$ref", check_ref},
    {"$schema", annotation},
    {"additionalProperties", check_additional},
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
    {"patternProperties", check_patterns},
    {"properties", check_properties},
    {"propertyNames", check_names},
    {"required", check_required},
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

static void check(struct checker *c, const json_t *root, const json_t *schema,
                  const json_t *value, const char *pointer)
{
    struct subject subject = {root, schema, value, pointer};
    const char *name;
    json_t *argument;

    if (json_is_false(schema))
        fault(c, &subject, pointer, "schema.value", cog_strdup("is not allowed here"));
    if (!type_fits(json_object_get(schema, "type"), value)) {
        check_type(c, &subject, json_object_get(schema, "type"));
        return; /* the other keywords would only repeat it */
    }
    json_object_foreach((json_t *)schema, name, argument)
    {
        const struct keyword *keyword = bsearch(
            name, keywords, sizeof keywords / sizeof *keywords, sizeof *keywords, by_name);
        if (!keyword)
            abort(); /* a keyword that would be ignored: the schemas are ours */
        keyword->check(c, &subject, argument);
    }
}

int cog_schema_check(const char *name, const json_t *value,
                     const struct cog_schema_place *place, struct cog_diags *diags)
{
    struct checker checker = {.place = place, .diags = diags, .files = json_object()};

    const json_t *schema = schema_file(&checker, name);
    check(&checker, schema, schema, value, "");
    json_decref(checker.files);
    return checker.faults ? -1 : 0;
}

int cog_schema_check_doc(const json_t *doc, struct cog_diags *diags)
{
    const struct cog_schema_place place = {.file = "<stdin>"};
    const char *tag = json_string_value(json_object_get(doc, "schema"));
    const struct cog_pos at = {.file = "<stdin>"};

    if (!tag)
        return cog_report(diags, COG_ERROR, at, "doc.schema", "no member \"schema\"");
    auto_free char *name =
        cog_printf("%s.json", strncmp(tag, "cog/", 4) == 0 ? tag + 4 : "unknown");
    if (!cog_schema_text(name))
        return cog_report(diags, COG_ERROR, at, "doc.schema",
                          "\"%s\" is no document of cog's", tag);
    return cog_schema_check(name, doc, &place, diags);
}
