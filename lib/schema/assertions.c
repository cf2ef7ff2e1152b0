/* assertions.c - the keywords about values as they are. */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/text.h"
#include "schema/checker.h"
#include "schema/format.h"

unsigned cog_types_of(const json_t *value)
{
    static const unsigned types[] = {
        [JSON_OBJECT] = COG_TYPE_OBJECT,
        [JSON_ARRAY] = COG_TYPE_ARRAY,
        [JSON_STRING] = COG_TYPE_STRING,
        [JSON_INTEGER] = COG_TYPE_INTEGER | COG_TYPE_NUMBER,
        [JSON_REAL] = COG_TYPE_NUMBER,
        [JSON_TRUE] = COG_TYPE_BOOLEAN,
        [JSON_FALSE] = COG_TYPE_BOOLEAN,
        [JSON_NULL] = COG_TYPE_NULL,
    };

    if (json_is_real(value) && cog_number_is_whole(value))
        return COG_TYPE_NUMBER | COG_TYPE_INTEGER;
    return types[json_typeof(value)];
}

const char *const cog_type_names[COG_TYPES] = {"object", "array",   "string", "integer",
                                               "number", "boolean", "null"};

static char *type_words(unsigned types)
{
    char *words = NULL;
    size_t size;
    FILE *out = cog_text_open(&words, &size);
    bool any = false;

    for (unsigned i = 0; i < COG_TYPES; i++) {
        if (!(types & 1U << i))
            continue;
        (void)fprintf(out, "%s%s", any ? " or " : "", cog_type_names[i]);
        any = true;
    }
    cog_text_close(out, &words);
    return words;
}

void cog_check_never(struct cog_checker *c, const struct cog_subject *s,
                     const struct cog_schema_rule *rule)
{
    (void)rule;
    cog_fault(c, s, s->path, "schema.value", "is not allowed here");
}

void cog_check_type(struct cog_checker *c, const struct cog_subject *s,
                    const struct cog_schema_rule *rule)
{
    unsigned types = cog_types_of(s->value);
    bool spelt_wrong = !c->policy && json_is_real(s->value) && (types & COG_TYPE_INTEGER) &&
                       !(rule->number & COG_TYPE_NUMBER);

    if ((types & rule->number && !spelt_wrong) || cog_fails_quietly(c))
        return;
    auto_free char *found = cog_show(s->value);
    auto_free char *words = type_words(rule->number);
    if (types & rule->number)
        cog_fault(c, s, s->path, "doc.number", "write %.0f, not %s",
                  json_real_value(s->value), found);
    else
        cog_fault(c, s, s->path, "schema.type", "expected %s, found %s %s", words,
                  cog_json_type(s->value), found);
}

/* Whether the value is that of a part of const or enum. */
static bool equals(const struct cog_checker *c, const struct cog_schema_part *part,
                   const json_t *value)
{
    const char *text = c->schema->texts + part->text;

    if (part->is_string || json_is_string(value))
        return part->is_string && json_is_string(value) &&
               strcmp(text, json_string_value(value)) == 0;
    json_auto_t *wanted = json_loads(text, JSON_DECODE_ANY, NULL);
    return cog_json_equal(wanted, value);
}

/* A part of const or enum as JSON; the caller frees it. */
static char *spell(const struct cog_checker *c, const struct cog_schema_part *part)
{
    const char *text = c->schema->texts + part->text;
    json_auto_t *string = part->is_string ? json_string(text) : NULL;

    return string ? cog_show(string) : cog_strdup(text);
}

void cog_check_const(struct cog_checker *c, const struct cog_subject *s,
                     const struct cog_schema_rule *rule)
{
    const struct cog_schema_part *wanted = cog_rule_part(c, rule, 0);

    if (equals(c, wanted, s->value) || cog_fails_quietly(c))
        return;
    auto_free char *text = spell(c, wanted);
    auto_free char *found = cog_show(s->value);
    cog_fault(c, s, s->path, "schema.value", "expected %s, found %s", text, found);
}

void cog_check_enum(struct cog_checker *c, const struct cog_subject *s,
                    const struct cog_schema_rule *rule)
{
    auto_free char *list = NULL;
    size_t size;

    for (uint32_t i = 0; i < rule->count; i++)
        if (equals(c, cog_rule_part(c, rule, i), s->value))
            return;
    if (cog_fails_quietly(c))
        return;
    FILE *out = cog_text_open(&list, &size);
    for (uint32_t i = 0; i < rule->count; i++) {
        auto_free char *text = spell(c, cog_rule_part(c, rule, i));
        (void)fprintf(out, "%s%s", i ? ", " : "", text);
    }
    cog_text_close(out, &list);
    auto_free char *found = cog_show(s->value);
    cog_fault(c, s, s->path, "schema.value", "%s is not one of [%s]", found, list);
}

void cog_check_format(struct cog_checker *c, const struct cog_subject *s,
                      const struct cog_schema_rule *rule)
{
    const char *name = cog_rule_text(c, rule, 0), *text = json_string_value(s->value);

    if (!text || cog_format_find(name)(text) || cog_fails_quietly(c))
        return;
    auto_free char *found = cog_show(s->value);
    cog_fault(c, s, s->path, "schema.value", "%s is no %s", found, name);
}

void cog_check_pattern(struct cog_checker *c, const struct cog_subject *s,
                       const struct cog_schema_rule *rule)
{
    const char *text = json_string_value(s->value);

    if (!text || cog_pattern_matches(c, cog_rule_text(c, rule, 0), text) ||
        c->work->exhausted || cog_fails_quietly(c))
        return;
    auto_free char *found = cog_show(s->value);
    if (cog_rule_find(c, s->node, COG_HINT))
        cog_fault(c, s, s->path, "schema.value", "%s is not valid here", found);
    else
        cog_fault(c, s, s->path, "schema.value", "%s does not match %s", found,
                  cog_rule_text(c, rule, 0));
}

void cog_check_size(struct cog_checker *c, const struct cog_subject *s,
                    const struct cog_schema_rule *rule)
{
    bool least = rule->keyword == COG_MIN_LENGTH || rule->keyword == COG_MIN_ITEMS ||
                 rule->keyword == COG_MIN_PROPERTIES;
    const char *what;
    size_t size;

    if (rule->keyword == COG_MIN_LENGTH || rule->keyword == COG_MAX_LENGTH) {
        if (!json_is_string(s->value))
            return;
        size = cog_json_length(s->value);
        what = "character(s)";
    } else if (rule->keyword == COG_MIN_ITEMS || rule->keyword == COG_MAX_ITEMS) {
        if (!json_is_array(s->value))
            return;
        size = json_array_size(s->value);
        what = "item(s)";
    } else {
        if (!json_is_object(s->value))
            return;
        size = json_object_size(s->value);
        what = "member(s)";
    }
    if (least ? size < rule->number : size > rule->number)
        cog_fault(c, s, s->path, "schema.value", "%s %u %s",
                  least ? "needs at least" : "may have at most", rule->number, what);
}

static bool keeps_limit(uint32_t keyword, const json_t *value, const json_t *limit)
{
    if (keyword == COG_MULTIPLE_OF)
        return cog_number_is_multiple(value, limit);
    int order = cog_number_compare(value, limit);
    if (keyword == COG_MINIMUM || keyword == COG_EXCLUSIVE_MINIMUM)
        return order > 0 || (order == 0 && keyword == COG_MINIMUM);
    return order < 0 || (order == 0 && keyword == COG_MAXIMUM);
}

void cog_check_limit(struct cog_checker *c, const struct cog_subject *s,
                     const struct cog_schema_rule *rule)
{
    static const char *const words[COG_KEYWORDS] = {
        [COG_MINIMUM] = "at least",
        [COG_MAXIMUM] = "at most",
        [COG_EXCLUSIVE_MINIMUM] = "more than",
        [COG_EXCLUSIVE_MAXIMUM] = "less than",
        [COG_MULTIPLE_OF] = "a multiple of",
    };
    const char *text = cog_rule_text(c, rule, 0);

    if (!json_is_number(s->value))
        return;
    json_auto_t *limit = json_loads(text, JSON_DECODE_ANY, NULL);
    if (!keeps_limit(rule->keyword, s->value, limit))
        cog_fault(c, s, s->path, "schema.value", "must be %s %s", words[rule->keyword],
                  text);
}
