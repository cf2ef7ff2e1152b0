/* fleet.c - which of several builders builds. */
#include "submit/fleet.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/digest.h"
#include "buildkit/client.h"

static const struct cog_pos nowhere = {0};

struct ranked {
    char *weight;
    size_t place;
};

static int by_weight(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;

    return strcmp(y->weight, x->weight);
}

void cog_fleet_order(const struct cog_builders *fleet, const char *key, size_t *order)
{
    auto_free struct ranked *ranks = cog_calloc(fleet->count, sizeof *ranks);

    for (size_t i = 0; i < fleet->count; i++) {
        auto_free char *text = cog_printf("%s %s", key, fleet->items[i].address);
        ranks[i] = (struct ranked){cog_sha256(text, strlen(text)), i};
    }
    qsort(ranks, fleet->count, sizeof *ranks, by_weight);
    for (size_t i = 0; i < fleet->count; i++) {
        order[i] = ranks[i].place;
        free(ranks[i].weight);
    }
}

/* Opens a session and closes it. Returns as cog_client_open(). */
static int knock(const struct cog_builder *builder, struct cog_diags *diags)
{
    struct cog_session session = {.diags = diags};
    struct cog_client client;
    int result = cog_client_open(&client, builder, &session, "", diags);

    cog_client_release(&client);
    return result;
}

/* The same; one that does not answer is a warning. */
static int try_builder(const struct cog_builder *builder, struct cog_diags *diags)
{
    struct cog_diags ignored;

    cog_diags_init(&ignored, "");
    int result = knock(builder, &ignored);
    if (result < 0) {
        auto_free char *reason = cog_diags_messages(&ignored);
        cog_report(diags, COG_WARNING, nowhere, "engine.unreachable",
                   "a builder is passed over: %s", reason);
    }
    cog_diags_release(&ignored);
    return result;
}

/* Sets `*place` to that of the first which answers. */
static int find(const struct cog_builders *fleet, const char *key, size_t *place,
                struct cog_diags *diags)
{
    auto_free size_t *order = cog_calloc(fleet->count, sizeof *order);

    cog_fleet_order(fleet, key, order);
    for (size_t i = 0; i < fleet->count; i++) {
        *place = order[i];
        int result = try_builder(&fleet->items[*place], diags);
        if (result >= 0)
            return result;
    }
    return cog_report(diags, COG_FAILURE, nowhere, "engine.unreachable",
                      "none of the %zu builders answers", fleet->count);
}

int cog_fleet_choose(struct cog_builder *builder, const struct cog_builder_options *options,
                     const char *key, struct cog_diags *diags)
{
    struct cog_builders fleet;
    size_t place = 0;
    int result = cog_builders_load(&fleet, options, diags);

    *builder = (struct cog_builder){0};
    if (result == 0 && fleet.count > 1)
        result = find(&fleet, key, &place, diags);
    if (result == 0) {
        *builder = cog_builders_take(&fleet, place);
        builder->chosen = fleet.count > 1;
    }
    cog_builders_release(&fleet);
    return result;
}
