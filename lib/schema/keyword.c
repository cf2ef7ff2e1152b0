/* keyword.c - the keywords that a schema may have. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "schema/argument.h"

static bool take_reference(const struct cog_argument *a)
{
    struct cog_schema_builder *b = a->b;
    const char *target = json_string_value(a->spot->json);

    if (!target)
        return cog_argument_fault(a, "a text");
    cog_argument_parts(a, 1);
    b->slots = cog_realloc(b->slots, b->slot_count + 1, sizeof *b->slots);
    b->slots[b->slot_count++] =
        (struct cog_reference_slot){a->rule->first, cog_strdup(a->spot->file),
                                    cog_strdup(a->spot->pointer), cog_strdup(target)};
    return true;
}

static bool take_anchor(const struct cog_argument *a)
{
    const char *name = json_string_value(a->spot->json);

    if (!name || !*name || *name == '/')
        return cog_argument_fault(a, "a name");
    auto_free char *of_schema = cog_printf("%s#%s", a->schema->file, a->schema->pointer);
    auto_free char *key = cog_printf("%s#%s", a->schema->file, name);
    json_object_set(a->b->known, key, json_object_get(a->b->known, of_schema));
    return false;
}

static bool take_id(const struct cog_argument *a)
{
    if (!json_is_string(a->spot->json))
        return cog_argument_fault(a, "a text");
    if (*a->schema->pointer)
        cog_schema_builder_fault(a->b, a->spot->file, a->spot->pointer, "schema.keyword",
                                 "$id is supported only at the top");
    return false;
}

static bool take_dialect(const struct cog_argument *a)
{
    const char *name = json_string_value(a->spot->json);

    if (!name || strncmp(name, "https://json-schema.org/draft/2020-12/schema", 44) != 0)
        cog_schema_builder_fault(a->b, a->spot->file, a->spot->pointer, "schema.keyword",
                                 "only draft 2020-12 of JSON Schema is supported");
    return false;
}

static bool take_nothing(const struct cog_argument *a)
{
    (void)a;
    return false;
}

/* By name. A keyword that is missing here is refused. */
static const struct keyword {
    const char *name;
    enum cog_keyword keyword;
    cog_argument_take *take;
} keywords[] = {
    {"$anchor", COG_ANNOTATION, take_anchor},
    {"$comment", COG_ANNOTATION, take_nothing},
    {"$defs", COG_ANNOTATION, cog_take_definitions},
    {"$id", COG_ANNOTATION, take_id},
    {"$ref", COG_REF, take_reference},
    {"$schema", COG_ANNOTATION, take_dialect},
    {"additionalProperties", COG_ADDITIONAL_PROPERTIES, cog_take_schema},
    {"allOf", COG_ALL_OF, cog_take_schemas},
    {"anyOf", COG_ANY_OF, cog_take_schemas},
    {"const", COG_CONST, cog_take_value},
    {"contains", COG_CONTAINS, cog_take_schema},
    {"contentEncoding", COG_ANNOTATION, take_nothing},
    {"contentMediaType", COG_ANNOTATION, take_nothing},
    {"contentSchema", COG_ANNOTATION, take_nothing},
    {"default", COG_ANNOTATION, take_nothing},
    {"definitions", COG_ANNOTATION, cog_take_definitions},
    {"dependentRequired", COG_DEPENDENT_REQUIRED, cog_take_needs},
    {"dependentSchemas", COG_DEPENDENT_SCHEMAS, cog_take_members},
    {"deprecated", COG_ANNOTATION, take_nothing},
    {"description", COG_ANNOTATION, take_nothing},
    {"else", COG_ELSE, cog_take_schema},
    {"enum", COG_ENUM, cog_take_values},
    {"examples", COG_ANNOTATION, take_nothing},
    {"exclusiveMaximum", COG_EXCLUSIVE_MAXIMUM, cog_take_limit},
    {"exclusiveMinimum", COG_EXCLUSIVE_MINIMUM, cog_take_limit},
    {"format", COG_FORMAT, cog_take_format},
    {"if", COG_IF, cog_take_schema},
    {"items", COG_ITEMS, cog_take_schema},
    {"maxContains", COG_MAX_CONTAINS, cog_take_size},
    {"maxItems", COG_MAX_ITEMS, cog_take_size},
    {"maxLength", COG_MAX_LENGTH, cog_take_size},
    {"maxProperties", COG_MAX_PROPERTIES, cog_take_size},
    {"maximum", COG_MAXIMUM, cog_take_limit},
    {"minContains", COG_MIN_CONTAINS, cog_take_size},
    {"minItems", COG_MIN_ITEMS, cog_take_size},
    {"minLength", COG_MIN_LENGTH, cog_take_size},
    {"minProperties", COG_MIN_PROPERTIES, cog_take_size},
    {"minimum", COG_MINIMUM, cog_take_limit},
    {"multipleOf", COG_MULTIPLE_OF, cog_take_limit},
    {"not", COG_NOT, cog_take_schema},
    {"oneOf", COG_ONE_OF, cog_take_schemas},
    {"pattern", COG_PATTERN, cog_take_pattern},
    {"patternProperties", COG_PATTERN_PROPERTIES, cog_take_patterns},
    {"prefixItems", COG_PREFIX_ITEMS, cog_take_schemas},
    {"properties", COG_PROPERTIES, cog_take_members},
    {"propertyNames", COG_PROPERTY_NAMES, cog_take_schema},
    {"readOnly", COG_ANNOTATION, take_nothing},
    {"required", COG_REQUIRED, cog_take_names},
    {"then", COG_THEN, cog_take_schema},
    {"title", COG_ANNOTATION, take_nothing},
    {"type", COG_TYPE, cog_take_types},
    {"unevaluatedItems", COG_UNEVALUATED_ITEMS, cog_take_schema},
    {"unevaluatedProperties", COG_UNEVALUATED_PROPERTIES, cog_take_schema},
    {"uniqueItems", COG_UNIQUE_ITEMS, cog_take_flag},
    {"writeOnly", COG_ANNOTATION, take_nothing},
    {"x-hint", COG_HINT, cog_take_text},
    {"x-message", COG_MESSAGE, cog_take_text},
    {"x-rule", COG_RULE, cog_take_text},
};

static int to_keyword(const void *name, const void *keyword)
{
    return strcmp(name, ((const struct keyword *)keyword)->name);
}

bool cog_schema_builder_rule(struct cog_schema_builder *b, const struct cog_spot *schema,
                             const struct cog_spot *argument, const char *name,
                             struct cog_schema_rule *rule)
{
    const struct keyword *known = bsearch(
        name, keywords, sizeof keywords / sizeof *keywords, sizeof *keywords, to_keyword);
    const struct cog_argument a = {b, schema, argument, rule};

    if (known) {
        *rule = (struct cog_schema_rule){.keyword = known->keyword};
        return known->take(&a);
    }
    if (strncmp(name, "x-", 2) != 0)
        cog_schema_builder_fault(b, argument->file, argument->pointer, "schema.keyword",
                                 "the keyword \"%s\" is not supported", name);
    return false;
}
