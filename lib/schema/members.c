/* members.c - the keywords about the members of objects. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/nearest.h"
#include "schema/checker.h"

/* The part of a sorted rule that has the name, or NULL. */
static const struct cog_schema_part *
find(const struct cog_checker *c, const struct cog_schema_rule *rule, const char *name)
{
    size_t first = 0, end = rule ? rule->count : 0;

    while (first < end) {
        size_t middle = first + (end - first) / 2;
        int order = strcmp(name, cog_rule_text(c, rule, middle));
        if (order == 0)
            return cog_rule_part(c, rule, middle);
        if (order < 0)
            end = middle;
        else
            first = middle + 1;
    }
    return NULL;
}

static void refuse(struct cog_checker *c, const struct cog_subject *s, const char *name,
                   const struct cog_path *path)
{
    const struct cog_schema_rule *known = cog_rule_find(c, s->node, COG_PROPERTIES);
    json_auto_t *names = json_object();

    if (cog_fails_quietly(c))
        return;
    for (uint32_t i = 0; known && i < known->count; i++)
        json_object_set_new(names, cog_rule_text(c, known, i), json_null());
    const char *near = cog_nearest(name, names);
    cog_fault(c, s, path, "schema.unknown", "unknown key \"%s\"%s%s%s", name,
              near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
}

/* additionalProperties for a member that nothing else names. */
static void check_other(struct cog_checker *c, const struct cog_subject *s,
                        const char *name, const json_t *value, const struct cog_path *path)
{
    const struct cog_schema_rule *other =
        cog_rule_find(c, s->node, COG_ADDITIONAL_PROPERTIES);

    if (!other)
        return;
    uint32_t node = cog_rule_part(c, other, 0)->node;
    if (cog_rule_find(c, node, COG_NEVER))
        refuse(c, s, name, path);
    else
        cog_check(c, node, value, path);
}

static bool check_patterns(struct cog_checker *c, const struct cog_schema_rule *patterns,
                           const char *name, const json_t *value,
                           const struct cog_path *path)
{
    bool any = false;

    for (uint32_t i = 0; patterns && i < patterns->count; i++) {
        if (!cog_pattern_matches(c, cog_rule_text(c, patterns, i), name))
            continue;
        cog_check(c, cog_rule_part(c, patterns, i)->node, value, path);
        any = true;
    }
    return any;
}

/* properties, patternProperties and additionalProperties, whichever comes first in the
 * schema: they are read together. */
void cog_check_members(struct cog_checker *c, const struct cog_subject *s,
                       const struct cog_schema_rule *rule)
{
    const struct cog_schema_rule *known = cog_rule_find(c, s->node, COG_PROPERTIES);
    const struct cog_schema_rule *patterns =
        cog_rule_find(c, s->node, COG_PATTERN_PROPERTIES);
    const char *name;
    json_t *value;

    if (rule != known && (known || (rule != patterns && patterns)))
        return;
    json_object_foreach((json_t *)s->value, name, value) {
        const struct cog_path path = {s->path, name, 0};
        const struct cog_schema_part *part = find(c, known, name);
        if (part)
            cog_check(c, part->node, value, &path);
        if (!check_patterns(c, patterns, name, value, &path) && !part)
            check_other(c, s, name, value, &path);
    }
}

void cog_check_names(struct cog_checker *c, const struct cog_subject *s,
                     const struct cog_schema_rule *rule)
{
    const char *name;
    json_t *value;

    json_object_foreach((json_t *)s->value, name, value) {
        const struct cog_path path = {s->path, name, 0};
        json_auto_t *text = json_string(name);
        cog_check(c, cog_rule_part(c, rule, 0)->node, text, &path);
    }
}

void cog_check_required(struct cog_checker *c, const struct cog_subject *s,
                        const struct cog_schema_rule *rule)
{
    for (uint32_t i = 0; json_is_object(s->value) && i < rule->count; i++) {
        const char *name = cog_rule_text(c, rule, i);
        if (!json_object_get(s->value, name))
            cog_fault(c, s, s->path, "schema.required", "\"%s\" is missing", name);
    }
}

/* dependentRequired. */
void cog_check_needs(struct cog_checker *c, const struct cog_subject *s,
                     const struct cog_schema_rule *rule)
{
    for (uint32_t i = 0; i < rule->count; i += 2) {
        const char *name = cog_rule_text(c, rule, i);
        const char *need = cog_rule_text(c, rule, i + 1);
        if (json_object_get(s->value, name) && !json_object_get(s->value, need))
            cog_fault(c, s, s->path, "schema.required",
                      "\"%s\" is missing; \"%s\" needs it", need, name);
    }
}

/* dependentSchemas. */
void cog_check_dependents(struct cog_checker *c, const struct cog_subject *s,
                          const struct cog_schema_rule *rule)
{
    for (uint32_t i = 0; i < rule->count; i++)
        if (json_object_get(s->value, cog_rule_text(c, rule, i)))
            cog_check(c, cog_rule_part(c, rule, i)->node, s->value, s->path);
}
