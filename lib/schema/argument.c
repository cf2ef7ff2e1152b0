/* argument.c - the schemas below a keyword. */
#include "schema/argument.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/doc.h"
#include "base/regex.h"
#include "base/text.h"

bool cog_argument_fault(const struct cog_argument *a, const char *what)
{
    cog_schema_builder_fault(a->b, a->spot->file, a->spot->pointer, "schema.argument",
                             "must be %s", what);
    return false;
}

void cog_argument_parts(const struct cog_argument *a, size_t count)
{
    a->rule->first = cog_schema_builder_parts(a->b, (uint32_t)count);
    a->rule->count = (uint32_t)count;
}

struct cog_schema_part *cog_argument_part(const struct cog_argument *a, size_t index)
{
    return &a->b->parts[a->rule->first + index];
}

/* Adds a schema below the keyword; adding may move the parts. */
static void set_schema(const struct cog_argument *a, size_t index, const char *pointer,
                       const json_t *json)
{
    const struct cog_spot spot = {a->spot->file, pointer, json};
    uint32_t node = cog_schema_builder_schema(a->b, &spot);

    cog_argument_part(a, index)->node = node;
}

void cog_argument_text(const struct cog_argument *a, size_t index, const char *text)
{
    uint32_t offset = cog_schema_builder_text(a->b, text);

    cog_argument_part(a, index)->text = offset;
}

bool cog_take_schema(const struct cog_argument *a)
{
    cog_argument_parts(a, 1);
    set_schema(a, 0, a->spot->pointer, a->spot->json);
    return true;
}

bool cog_take_schemas(const struct cog_argument *a)
{
    const json_t *json;
    size_t index;

    if (json_array_size(a->spot->json) == 0)
        return cog_argument_fault(a, "an array of schemas");
    cog_argument_parts(a, json_array_size(a->spot->json));
    json_array_foreach(a->spot->json, index, json) {
        auto_free char *pointer = cog_pointer_index(a->spot->pointer, index);
        set_schema(a, index, pointer, json);
    }
    return true;
}

/* The members' names in their order; the caller frees the array. */
static const char **names_of(const json_t *object)
{
    const char **names = cog_calloc(json_object_size(object), sizeof *names);
    const char *name;
    json_t *value;
    size_t count = 0;

    json_object_foreach((json_t *)object, name, value) {
        names[count++] = name;
    }
    qsort(names, count, sizeof *names, cog_text_compare);
    return names;
}

bool cog_take_members(const struct cog_argument *a)
{
    size_t count = json_object_size(a->spot->json);

    if (!json_is_object(a->spot->json))
        return cog_argument_fault(a, "an object of schemas");
    auto_free const char **names = names_of(a->spot->json);
    cog_argument_parts(a, count);
    for (size_t i = 0; i < count; i++) {
        auto_free char *pointer = cog_pointer_member(a->spot->pointer, names[i]);
        cog_argument_text(a, i, names[i]);
        set_schema(a, i, pointer, json_object_get(a->spot->json, names[i]));
    }
    return true;
}

/* Schemas that are only there for references. */
bool cog_take_definitions(const struct cog_argument *a)
{
    struct cog_schema_rule rule;
    const struct cog_argument unused = {a->b, a->schema, a->spot, &rule};

    (void)cog_take_members(&unused);
    return false;
}

bool cog_argument_pattern(const struct cog_argument *a, const char *pattern)
{
    auto_free char *reason = NULL;
    struct cog_regex *regex = cog_regex_new(pattern, COG_REGEX_ECMA_262, &reason);

    cog_regex_free(regex);
    if (reason)
        cog_schema_builder_fault(a->b, a->spot->file, a->spot->pointer, "schema.pattern",
                                 "cannot use \"%s\": %s", pattern, reason);
    return !reason;
}

bool cog_take_patterns(const struct cog_argument *a)
{
    if (!cog_take_members(a))
        return false;
    for (size_t i = 0; i < a->rule->count; i++)
        (void)cog_argument_pattern(a, a->b->texts + cog_argument_part(a, i)->text);
    return true;
}
