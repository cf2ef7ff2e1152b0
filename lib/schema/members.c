/* members.c - the keywords about the members of objects. */
#include <stdlib.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/doc.h"
#include "base/nearest.h"
#include "schema/checker.h"

void cog_check_properties(struct checker *c, const struct subject *s,
                          const json_t *properties)
{
    const char *name;
    json_t *schema;

    json_object_foreach((json_t *)properties, name, schema) {
        const json_t *value = json_object_get(s->value, name);
        if (!value)
            continue;
        const struct cog_path path = {s->path, name, 0};
        cog_check(c, s->root, schema, value, &path);
    }
}

static bool named_by_pattern(struct checker *c, const json_t *patterns, const char *name)
{
    const char *pattern;
    json_t *schema;

    json_object_foreach((json_t *)patterns, pattern, schema) {
        if (cog_pattern_matches(c, pattern, name))
            return true;
    }
    return false;
}

void cog_check_additional(struct checker *c, const struct subject *s, const json_t *schema)
{
    const json_t *known = json_object_get(s->schema, "properties");
    const json_t *patterns = json_object_get(s->schema, "patternProperties");
    const char *name;
    json_t *value;

    json_object_foreach((json_t *)s->value, name, value) {
        if (json_object_get(known, name) || named_by_pattern(c, patterns, name))
            continue;
        const struct cog_path path = {s->path, name, 0};
        if (!json_is_false(schema)) {
            cog_check(c, s->root, schema, value, &path);
            continue;
        }
        const char *near = cog_nearest(name, known);
        cog_fault(c, s, &path, "schema.unknown",
                  cog_printf("unknown key \"%s\"%s%s%s", name,
                             near ? "; did you mean \"" : "", near ? near : "",
                             near ? "\"?" : ""));
    }
}

void cog_check_patterns(struct checker *c, const struct subject *s, const json_t *patterns)
{
    const char *pattern, *name;
    json_t *schema, *value;

    json_object_foreach((json_t *)patterns, pattern, schema) {
        json_object_foreach((json_t *)s->value, name, value) {
            if (!cog_pattern_matches(c, pattern, name))
                continue;
            const struct cog_path path = {s->path, name, 0};
            cog_check(c, s->root, schema, value, &path);
        }
    }
}

void cog_check_names(struct checker *c, const struct subject *s, const json_t *schema)
{
    const char *name;
    json_t *value;

    json_object_foreach((json_t *)s->value, name, value) {
        const struct cog_path path = {s->path, name, 0};
        json_auto_t *text = json_string(name);
        cog_check(c, s->root, schema, text, &path);
    }
}

void cog_check_required(struct checker *c, const struct subject *s, const json_t *names)
{
    const json_t *name;
    size_t index;

    if (!json_is_object(s->value))
        return;
    json_array_foreach(names, index, name) {
        if (!json_object_get(s->value, json_string_value(name)))
            cog_fault(c, s, s->path, "schema.required",
                      cog_printf("\"%s\" is missing", json_string_value(name)));
    }
}
