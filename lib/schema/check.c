/* check.c - applies schemas to values and reports what is wrong. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/doc.h"
#include "schema/checker.h"

enum { MAX_DEPTH = 1000 };

const struct cog_schema_rule *cog_rule_find(const struct cog_checker *c, uint32_t node,
                                            enum cog_keyword keyword)
{
    const struct cog_schema_node *n = &c->schema->nodes[node];

    for (uint32_t i = 0; i < n->count; i++)
        if (c->schema->rules[n->first + i].keyword == keyword)
            return &c->schema->rules[n->first + i];
    return NULL;
}

uint32_t cog_rule_number(const struct cog_checker *c, uint32_t node,
                         enum cog_keyword keyword, uint32_t fallback)
{
    const struct cog_schema_rule *rule = cog_rule_find(c, node, keyword);

    return rule ? rule->number : fallback;
}

const struct cog_schema_part *
cog_rule_part(const struct cog_checker *c, const struct cog_schema_rule *rule, size_t index)
{
    return &c->schema->parts[rule->first + index];
}

const char *cog_rule_text(const struct cog_checker *c, const struct cog_schema_rule *rule,
                          size_t index)
{
    return c->schema->texts + cog_rule_part(c, rule, index)->text;
}

char *cog_show(const json_t *value)
{
    auto_free char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY |
                                                 JSON_SORT_KEYS | JSON_REAL_PRECISION(15));
    size_t length = text ? strlen(text) : 0, end = 57;

    while (length > 60 && (text[end] & 0xc0) == 0x80)
        end--;
    return cog_printf("%.*s%s", (int)(length > 60 ? end : length), text ? text : "",
                      length > 60 ? "..." : "");
}

static struct cog_pos position(const struct cog_checker *c, const char *pointer, bool key)
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

static char *pointer_to(const struct cog_path *path)
{
    if (!path->parent)
        return cog_strdup("");
    auto_free char *parent = pointer_to(path->parent);
    return path->member ? cog_pointer_member(parent, path->member)
                        : cog_pointer_index(parent, path->index);
}

bool cog_fails_quietly(struct cog_checker *c)
{
    c->faults += c->quiet;
    return c->quiet;
}

void cog_fault(struct cog_checker *c, const struct cog_subject *s,
               const struct cog_path *path, const char *code, const char *fmt, ...)
{
    va_list args;

    c->faults++;
    if (c->quiet)
        return;
    va_start(args, fmt);
    auto_free char *message = cog_vprintf(fmt, args);
    va_end(args);
    bool key = strcmp(code, "schema.unknown") == 0;
    const struct cog_schema_rule *hint = cog_rule_find(c, s->node, COG_HINT);
    auto_free char *pointer = pointer_to(path);
    auto_free char *text =
        cog_printf("%s%s%s%s%s",
                   c->place->positions ? ""
                   : *pointer          ? pointer
                                       : "/",
                   c->place->positions ? "" : ": ", message, hint && !key ? "; " : "",
                   hint && !key ? cog_rule_text(c, hint, 0) : "");
    if (c->policy)
        cog_report(c->diags, COG_ERROR, position(c, pointer, key), "policy.refused",
                   "%s (%s)", text, c->policy);
    else
        cog_report(c->diags, COG_ERROR, position(c, pointer, key), code, "%s", text);
}

/* By keyword; none for what another keyword's check reads. */
static cog_keyword_check *const checks[COG_KEYWORDS] = {
    [COG_NEVER] = cog_check_never,
    [COG_TYPE] = cog_check_type,
    [COG_CONST] = cog_check_const,
    [COG_ENUM] = cog_check_enum,
    [COG_FORMAT] = cog_check_format,
    [COG_PATTERN] = cog_check_pattern,
    [COG_MIN_LENGTH] = cog_check_size,
    [COG_MAX_LENGTH] = cog_check_size,
    [COG_MINIMUM] = cog_check_limit,
    [COG_MAXIMUM] = cog_check_limit,
    [COG_EXCLUSIVE_MINIMUM] = cog_check_limit,
    [COG_EXCLUSIVE_MAXIMUM] = cog_check_limit,
    [COG_MULTIPLE_OF] = cog_check_limit,
    [COG_MIN_ITEMS] = cog_check_size,
    [COG_MAX_ITEMS] = cog_check_size,
    [COG_UNIQUE_ITEMS] = cog_check_unique,
    [COG_PREFIX_ITEMS] = cog_check_items,
    [COG_ITEMS] = cog_check_items,
    [COG_CONTAINS] = cog_check_contains,
    [COG_REQUIRED] = cog_check_required,
    [COG_MIN_PROPERTIES] = cog_check_size,
    [COG_MAX_PROPERTIES] = cog_check_size,
    [COG_DEPENDENT_REQUIRED] = cog_check_needs,
    [COG_PROPERTY_NAMES] = cog_check_names,
    [COG_PROPERTIES] = cog_check_members,
    [COG_PATTERN_PROPERTIES] = cog_check_members,
    [COG_ADDITIONAL_PROPERTIES] = cog_check_members,
    [COG_DEPENDENT_SCHEMAS] = cog_check_dependents,
    [COG_REF] = cog_check_all,
    [COG_ALL_OF] = cog_check_all,
    [COG_ANY_OF] = cog_check_any,
    [COG_ONE_OF] = cog_check_one,
    [COG_NOT] = cog_check_not,
    [COG_IF] = cog_check_if,
    [COG_UNEVALUATED_ITEMS] = cog_check_unevaluated,
    [COG_UNEVALUATED_PROPERTIES] = cog_check_unevaluated,
};

static void apply(struct cog_checker *c, const struct cog_subject *s)
{
    const struct cog_schema_node *node = &c->schema->nodes[s->node];
    const struct cog_schema_rule *rule = c->schema->rules + node->first;
    const struct cog_schema_rule *end = rule + node->count;
    unsigned before = c->faults;

    for (; rule < end && !(c->quiet && c->faults); rule++) {
        if (checks[rule->keyword])
            checks[rule->keyword](c, s, rule);
        if (rule->keyword == COG_TYPE && c->faults > before)
            return; /* the other keywords would only repeat it */
    }
}

/* A schema with x-rule or x-message: its faults are said in the policy's words. */
static void apply_rule(struct cog_checker *c, const struct cog_subject *s)
{
    const struct cog_schema_rule *name = cog_rule_find(c, s->node, COG_RULE);
    const struct cog_schema_rule *message = cog_rule_find(c, s->node, COG_MESSAGE);
    const char *outer = c->policy;
    struct cog_checker trial = *c;

    if (name)
        c->policy = cog_rule_text(c, name, 0);
    trial.quiet = true;
    trial.faults = 0;
    if (message)
        apply(&trial, s);
    else
        apply(c, s);
    if (trial.faults)
        cog_fault(c, s, s->path, "policy.refused", "%s", cog_rule_text(c, message, 0));
    c->policy = outer;
}

static bool has_rule(const struct cog_checker *c, uint32_t node)
{
    const struct cog_schema_node *n = &c->schema->nodes[node];

    return n->count && c->schema->rules[n->first + n->count - 1].keyword >= COG_RULE;
}

void cog_check(struct cog_checker *c, uint32_t node, const json_t *value,
               const struct cog_path *path)
{
    const struct cog_subject subject = {node, value, path};

    if (c->work->exhausted || (c->quiet && c->faults))
        return;
    if (c->work->steps == 0 || c->work->depth == MAX_DEPTH) {
        c->work->exhausted = true;
        return;
    }
    c->work->steps--;
    c->work->depth++;
    if (!c->quiet && has_rule(c, node))
        apply_rule(c, &subject);
    else
        apply(c, &subject);
    c->work->depth--;
}

bool cog_passes(struct cog_checker *c, uint32_t node, const json_t *value,
                const struct cog_path *path)
{
    struct cog_checker trial = *c;

    trial.quiet = true;
    trial.faults = 0;
    cog_check(&trial, node, value, path);
    return trial.faults == 0;
}
