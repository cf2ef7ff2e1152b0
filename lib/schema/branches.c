/* branches.c - the keywords that apply other schemas to the same value. */
#include <string.h>

#include "base/auto.h"
#include "schema/checker.h"

/* allOf; $ref, which is an allOf of one. */
void cog_check_all(struct cog_checker *c, const struct cog_subject *s,
                   const struct cog_schema_rule *rule)
{
    for (uint32_t i = 0; i < rule->count; i++)
        cog_check(c, cog_rule_part(c, rule, i)->node, s->value, s->path);
}

static uint32_t count_passing(struct cog_checker *c, const struct cog_subject *s,
                              const struct cog_schema_rule *rule, uint32_t enough)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < rule->count && count < enough; i++)
        count += cog_passes(c, cog_rule_part(c, rule, i)->node, s->value, s->path);
    return count;
}

/* When no branch fits, the faults of the only branch of the value's type are the most
 * telling. */
static void none_fits(struct cog_checker *c, const struct cog_subject *s,
                      const struct cog_schema_rule *rule)
{
    uint32_t telling = 0, count = 0;

    if (cog_fails_quietly(c))
        return;
    for (uint32_t i = 0; i < rule->count; i++) {
        uint32_t node = cog_rule_part(c, rule, i)->node;
        if (cog_rule_number(c, node, COG_TYPE, UINT32_MAX) & cog_types_of(s->value)) {
            telling = node;
            count++;
        }
    }
    if (count == 1) {
        cog_check(c, telling, s->value, s->path);
        return;
    }
    auto_free char *found = cog_show(s->value);
    cog_fault(c, s, s->path, "schema.choice", "%s %s fits none of the allowed forms",
              cog_json_type(s->value), found);
}

void cog_check_any(struct cog_checker *c, const struct cog_subject *s,
                   const struct cog_schema_rule *rule)
{
    if (count_passing(c, s, rule, 1) == 0)
        none_fits(c, s, rule);
}

void cog_check_one(struct cog_checker *c, const struct cog_subject *s,
                   const struct cog_schema_rule *rule)
{
    uint32_t count = count_passing(c, s, rule, 2);

    if (count == 0)
        none_fits(c, s, rule);
    if (count < 2 || cog_fails_quietly(c))
        return;
    auto_free char *found = cog_show(s->value);
    cog_fault(c, s, s->path, "schema.choice", "%s %s fits more than one of the forms",
              cog_json_type(s->value), found);
}

void cog_check_not(struct cog_checker *c, const struct cog_subject *s,
                   const struct cog_schema_rule *rule)
{
    if (!cog_passes(c, cog_rule_part(c, rule, 0)->node, s->value, s->path) ||
        cog_fails_quietly(c))
        return;
    auto_free char *found = cog_show(s->value);
    cog_fault(c, s, s->path, "schema.value", "%s is not allowed here", found);
}

/* The branch that `if` chooses, or NULL. */
static const struct cog_schema_rule *chosen(struct cog_checker *c,
                                            const struct cog_subject *s,
                                            const struct cog_schema_rule *condition)
{
    bool holds = cog_passes(c, cog_rule_part(c, condition, 0)->node, s->value, s->path);

    return cog_rule_find(c, s->node, holds ? COG_THEN : COG_ELSE);
}

void cog_check_if(struct cog_checker *c, const struct cog_subject *s,
                  const struct cog_schema_rule *rule)
{
    const struct cog_schema_rule *branch = chosen(c, s, rule);

    if (branch)
        cog_check_all(c, s, branch);
}

static bool names(struct cog_checker *c, const struct cog_schema_rule *rule,
                  const char *member)
{
    for (uint32_t i = 0; member && i < rule->count; i++) {
        const char *text = cog_rule_text(c, rule, i);
        if (rule->keyword == COG_PATTERN_PROPERTIES ? cog_pattern_matches(c, text, member)
                                                    : strcmp(text, member) == 0)
            return true;
    }
    return false;
}

static bool evaluates(struct cog_checker *c, const struct cog_subject *s,
                      const struct cog_path *part);

/* Whether a schema that holds for the value has looked at the part. */
static bool any_evaluates(struct cog_checker *c, const struct cog_subject *s,
                          const struct cog_schema_rule *rule, const struct cog_path *part)
{
    for (uint32_t i = 0; rule && i < rule->count; i++) {
        const struct cog_subject branch = {cog_rule_part(c, rule, i)->node, s->value,
                                           s->path};
        bool applies = rule->keyword != COG_DEPENDENT_SCHEMAS ||
                       json_object_get(s->value, cog_rule_text(c, rule, i));
        if (applies && cog_passes(c, branch.node, s->value, s->path) &&
            !c->work->exhausted && evaluates(c, &branch, part))
            return true;
    }
    return false;
}

static bool rule_evaluates(struct cog_checker *c, const struct cog_subject *s,
                           const struct cog_schema_rule *rule, const struct cog_path *part)
{
    switch (rule->keyword) {
    case COG_PROPERTIES:
    case COG_PATTERN_PROPERTIES:
        return names(c, rule, part->member);
    case COG_ADDITIONAL_PROPERTIES:
    case COG_UNEVALUATED_PROPERTIES:
        return part->member;
    case COG_PREFIX_ITEMS:
        return !part->member && part->index < rule->count;
    case COG_ITEMS:
    case COG_UNEVALUATED_ITEMS:
        return !part->member;
    case COG_CONTAINS:
        return !part->member && cog_passes(c, cog_rule_part(c, rule, 0)->node,
                                           json_array_get(s->value, part->index), part);
    case COG_IF:
        return any_evaluates(c, s, rule, part) ||
               any_evaluates(c, s, chosen(c, s, rule), part);
    case COG_REF:
    case COG_ALL_OF:
    case COG_ANY_OF:
    case COG_ONE_OF:
    case COG_DEPENDENT_SCHEMAS:
        return any_evaluates(c, s, rule, part);
    default:
        return false;
    }
}

/* Whether the schema of `s` has looked at a member or item of the value. */
static bool evaluates(struct cog_checker *c, const struct cog_subject *s,
                      const struct cog_path *part)
{
    const struct cog_schema_node *node = &c->schema->nodes[s->node];

    for (uint32_t i = 0; i < node->count; i++)
        if (rule_evaluates(c, s, &c->schema->rules[node->first + i], part))
            return true;
    return false;
}

/* Whether another keyword of the schema than `rule` has looked at the part. */
static bool others_evaluate(struct cog_checker *c, const struct cog_subject *s,
                            const struct cog_schema_rule *rule, const struct cog_path *part)
{
    const struct cog_schema_node *node = &c->schema->nodes[s->node];

    for (const struct cog_schema_rule *r = c->schema->rules + node->first; r < rule; r++)
        if (rule_evaluates(c, s, r, part))
            return true;
    return false;
}

/* unevaluatedItems, unevaluatedProperties: the last keywords that apply schemas. */
void cog_check_unevaluated(struct cog_checker *c, const struct cog_subject *s,
                           const struct cog_schema_rule *rule)
{
    uint32_t node = cog_rule_part(c, rule, 0)->node;
    bool items = rule->keyword == COG_UNEVALUATED_ITEMS;
    const char *name;
    json_t *value;
    size_t index;

    if (items) {
        json_array_foreach(s->value, index, value) {
            const struct cog_path path = {s->path, NULL, index};
            if (!others_evaluate(c, s, rule, &path))
                cog_check(c, node, value, &path);
        }
        return;
    }
    json_object_foreach((json_t *)s->value, name, value) {
        const struct cog_path path = {s->path, name, 0};
        if (!others_evaluate(c, s, rule, &path))
            cog_check(c, node, value, &path);
    }
}
