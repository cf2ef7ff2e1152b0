/* fleet.c - which of several builders comes first for what is built. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "submit/fleet.h"

enum { BUILDERS = 5, KEYS = 1000 };

static struct cog_builder machines[BUILDERS + 1] = {
    {.address = (char *)"tcp://a:1234"},
    {.address = (char *)"tcp://b:1234"},
    {.address = (char *)"tcp://c:1234"},
    {.address = (char *)"unix:///run/buildkit/buildkitd.sock"},
    {.address = (char *)"kube-pod://builder-0"},
    {.address = (char *)"tcp://new:1234"},
};

/* The address of the builder at a place of the order for a key. */
static const char *at(const struct cog_builders *fleet, unsigned key, size_t place)
{
    size_t order[BUILDERS + 1];
    char text[32];

    (void)snprintf(text, sizeof text, "sha256:%u", key);
    cog_fleet_order(fleet, text, order);
    return fleet->items[order[place]].address;
}

static void shares_fairly(void **state)
{
    const struct cog_builders fleet = {machines, BUILDERS};
    unsigned shares[BUILDERS] = {0};

    (void)state;
    for (unsigned key = 0; key < KEYS; key++)
        for (size_t i = 0; i < BUILDERS; i++)
            shares[i] += strcmp(at(&fleet, key, 0), machines[i].address) == 0;
    for (size_t i = 0; i < BUILDERS; i++)
        assert_in_range(shares[i], KEYS / BUILDERS * 3 / 4, KEYS / BUILDERS * 5 / 4);
}

static void does_not_care_who_is_named_first(void **state)
{
    struct cog_builder turned[BUILDERS];
    const struct cog_builders fleet = {machines, BUILDERS}, other = {turned, BUILDERS};

    (void)state;
    for (size_t i = 0; i < BUILDERS; i++)
        turned[i] = machines[BUILDERS - 1 - i];
    for (unsigned key = 0; key < KEYS; key++)
        for (size_t i = 0; i < BUILDERS; i++)
            assert_string_equal(at(&fleet, key, i), at(&other, key, i));
}

/* A builder that comes takes its share, and nothing moves between the others. */
static void moves_only_what_it_must(void **state)
{
    const struct cog_builders before = {machines, BUILDERS},
                              after = {machines, BUILDERS + 1};
    unsigned moved = 0;

    (void)state;
    for (unsigned key = 0; key < KEYS; key++) {
        const char *old = at(&before, key, 0), *new = at(&after, key, 0);
        if (strcmp(old, new) == 0)
            continue;
        moved++;
        assert_string_equal(new, machines[BUILDERS].address);
        /* and were it lost again, what it had would go back */
        assert_string_equal(old, at(&after, key, 1));
    }
    assert_in_range(moved, KEYS / (BUILDERS + 1) * 3 / 4, KEYS / (BUILDERS + 1) * 5 / 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shares_fairly),
        cmocka_unit_test(does_not_care_who_is_named_first),
        cmocka_unit_test(moves_only_what_it_must),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
