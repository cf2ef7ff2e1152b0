/* arrays.c - the keywords about the items of arrays. */
#include <stdlib.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "schema/checker.h"

struct item {
    uint64_t hash;
    size_t index;
};

static int by_hash(const void *a, const void *b)
{
    const struct item *one = a, *other = b;

    if (one->hash != other->hash)
        return one->hash < other->hash ? -1 : 1;
    return (one->index > other->index) - (one->index < other->index);
}

/* Marks the items that equal an earlier one; among equal hashes every pair is a step. */
static void mark_repeated(struct cog_checker *c, const json_t *array,
                          const struct item *items, bool *repeated)
{
    for (size_t i = 0; i < json_array_size(array); i++)
        for (size_t j = i; j > 0 && items[j - 1].hash == items[i].hash; j--) {
            const json_t *one = json_array_get(array, items[i].index);
            const json_t *other = json_array_get(array, items[j - 1].index);
            if (c->work->steps == 0) {
                c->work->exhausted = true;
                return;
            }
            c->work->steps--;
            if (cog_json_equal(one, other)) {
                repeated[items[i].index] = true;
                break;
            }
        }
}

void cog_check_unique(struct cog_checker *c, const struct cog_subject *s,
                      const struct cog_schema_rule *rule)
{
    size_t count = json_array_size(s->value);
    auto_free struct item *items = cog_calloc(count, sizeof *items);
    auto_free bool *repeated = cog_calloc(count, sizeof *repeated);

    (void)rule;
    for (size_t i = 0; i < count; i++)
        items[i] = (struct item){cog_json_hash(json_array_get(s->value, i)), i};
    qsort(items, count, sizeof *items, by_hash);
    mark_repeated(c, s->value, items, repeated);
    for (size_t i = 0; i < count; i++) {
        const struct cog_path path = {s->path, NULL, i};
        if (!repeated[i] || cog_fails_quietly(c))
            continue;
        auto_free char *found = cog_show(json_array_get(s->value, i));
        cog_fault(c, s, &path, "schema.value", "%s stands here twice", found);
    }
}

/* prefixItems, or items after it. */
void cog_check_items(struct cog_checker *c, const struct cog_subject *s,
                     const struct cog_schema_rule *rule)
{
    bool prefix = rule->keyword == COG_PREFIX_ITEMS;
    const struct cog_schema_rule *before =
        prefix ? NULL : cog_rule_find(c, s->node, COG_PREFIX_ITEMS);
    size_t end = json_array_size(s->value);

    if (prefix && end > rule->count)
        end = rule->count;
    for (size_t i = before ? before->count : 0; i < end; i++) {
        const struct cog_path path = {s->path, NULL, i};
        cog_check(c, cog_rule_part(c, rule, prefix ? i : 0)->node,
                  json_array_get(s->value, i), &path);
    }
}

void cog_check_contains(struct cog_checker *c, const struct cog_subject *s,
                        const struct cog_schema_rule *rule)
{
    uint32_t least = cog_rule_number(c, s->node, COG_MIN_CONTAINS, 1);
    uint32_t most = cog_rule_number(c, s->node, COG_MAX_CONTAINS, UINT32_MAX);
    size_t count = 0;

    if (!json_is_array(s->value))
        return;
    for (size_t i = 0; i < json_array_size(s->value); i++) {
        const struct cog_path path = {s->path, NULL, i};
        count += cog_passes(c, cog_rule_part(c, rule, 0)->node, json_array_get(s->value, i),
                            &path);
    }
    if (count < least)
        cog_fault(c, s, s->path, "schema.value",
                  "needs at least %u item(s) of a form of which it has %zu", least, count);
    if (count > most)
        cog_fault(c, s, s->path, "schema.value",
                  "may have at most %u item(s) of a form of which it has %zu", most, count);
}
