/* value.c - the arguments of keywords that are values. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "schema/argument.h"
#include "schema/format.h"

bool cog_take_text(const struct cog_argument *a)
{
    if (!json_is_string(a->spot->json))
        return cog_argument_fault(a, "a text");
    cog_argument_parts(a, 1);
    cog_argument_text(a, 0, json_string_value(a->spot->json));
    return true;
}

bool cog_take_pattern(const struct cog_argument *a)
{
    return cog_take_text(a) && cog_argument_pattern(a, json_string_value(a->spot->json));
}

bool cog_take_format(const struct cog_argument *a)
{
    const char *name = json_string_value(a->spot->json);

    if (name && !cog_format_find(name)) {
        cog_schema_builder_fault(a->b, a->spot->file, a->spot->pointer, "schema.keyword",
                                 "the format \"%s\" is not supported; \"pattern\" is",
                                 name);
        return false;
    }
    return cog_take_text(a);
}

static bool is_whole(const json_t *json)
{
    double value = json_number_value(json);

    return json_is_number(json) && value >= 0 &&
           (json_is_integer(json) || (value < 1e15 && value == (double)(long long)value));
}

/* No document has as many members or characters as fit into 32 bits. */
bool cog_take_size(const struct cog_argument *a)
{
    if (!is_whole(a->spot->json))
        return cog_argument_fault(a, "a whole number, not negative");
    double value = json_number_value(a->spot->json);
    a->rule->number = value > UINT32_MAX ? UINT32_MAX : (uint32_t)value;
    return true;
}

bool cog_take_flag(const struct cog_argument *a)
{
    if (!json_is_boolean(a->spot->json))
        return cog_argument_fault(a, "true or false");
    return json_is_true(a->spot->json);
}

/* As the schema has it: 3.1 and not 3.1000000000000001. */
static char *text_of(const json_t *value)
{
    size_t flags = JSON_COMPACT | JSON_ENCODE_ANY | JSON_SORT_KEYS;
    char *text = json_dumps(value, flags | JSON_REAL_PRECISION(15));

    if (!json_is_real(value) || strtod(text, NULL) == json_real_value(value))
        return text;
    free(text);
    return json_dumps(value, flags);
}

static bool set_value(const struct cog_argument *a, size_t index, const json_t *value)
{
    auto_free char *text =
        json_is_string(value) ? cog_strdup(json_string_value(value)) : text_of(value);

    cog_argument_text(a, index, text);
    cog_argument_part(a, index)->is_string = json_is_string(value);
    return true;
}

bool cog_take_limit(const struct cog_argument *a)
{
    if (!json_is_number(a->spot->json))
        return cog_argument_fault(a, "a number");
    if (a->rule->keyword == COG_MULTIPLE_OF && json_number_value(a->spot->json) <= 0)
        return cog_argument_fault(a, "a number over 0");
    cog_argument_parts(a, 1);
    return set_value(a, 0, a->spot->json);
}

bool cog_take_value(const struct cog_argument *a)
{
    cog_argument_parts(a, 1);
    return set_value(a, 0, a->spot->json);
}

bool cog_take_values(const struct cog_argument *a)
{
    const json_t *value;
    size_t index;

    if (!json_is_array(a->spot->json))
        return cog_argument_fault(a, "an array");
    cog_argument_parts(a, json_array_size(a->spot->json));
    json_array_foreach(a->spot->json, index, value) {
        set_value(a, index, value);
    }
    return true;
}

static bool is_names(const json_t *json)
{
    const json_t *name;
    size_t index;

    json_array_foreach(json, index, name) {
        if (!json_is_string(name))
            return false;
    }
    return json_is_array(json);
}

bool cog_take_names(const struct cog_argument *a)
{
    if (!is_names(a->spot->json))
        return cog_argument_fault(a, "an array of names");
    return cog_take_values(a);
}

bool cog_take_needs(const struct cog_argument *a)
{
    const char *name;
    json_t *needed;
    const json_t *need;
    size_t index, count = 0;

    if (!json_is_object(a->spot->json))
        return cog_argument_fault(a, "an object of arrays of names");
    json_object_foreach((json_t *)a->spot->json, name, needed) {
        if (!is_names(needed))
            return cog_argument_fault(a, "an object of arrays of names");
        count += json_array_size(needed);
    }
    cog_argument_parts(a, 2 * count);
    json_object_foreach((json_t *)a->spot->json, name, needed) {
        json_array_foreach(needed, index, need) {
            cog_argument_text(a, 2 * --count, name);
            cog_argument_text(a, 2 * count + 1, json_string_value(need));
        }
    }
    return true;
}

static uint32_t type_bit(const char *name)
{
    for (uint32_t i = 0; name && i < COG_TYPES; i++)
        if (strcmp(name, cog_type_names[i]) == 0)
            return UINT32_C(1) << i;
    return 0;
}

bool cog_take_types(const struct cog_argument *a)
{
    const json_t *name;
    size_t index;

    a->rule->number = type_bit(json_string_value(a->spot->json));
    json_array_foreach(a->spot->json, index, name) {
        uint32_t bit = type_bit(json_string_value(name));
        if (!bit)
            return cog_argument_fault(a, "names of types");
        a->rule->number |= bit;
    }
    return a->rule->number ||
           cog_argument_fault(a, "a name of a type, or an array of them");
}
