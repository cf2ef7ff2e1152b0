/* spent.c - what a step's time was spent on, by what uv 0.13, pip 26 and BuildKit 0.8 and
 * 0.25 were seen to report. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the above */
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "steps/spent.h"

#define SECOND INT64_C(1000)

static void expect(const struct cog_spent *spent, const char *kind, const char *name,
                   int64_t total, const char *expected)
{
    json_auto_t *object = cog_spent_json(spent, kind, name, total);
    auto_free char *text = json_dumps(object, JSON_COMPACT | JSON_SORT_KEYS);

    assert_string_equal(text, expected);
}

static void reads_what_installers_print(void **state)
{
    struct cog_spent spent = {.marked = 0};

    (void)state;
    cog_spent_line(&spent, "Using Python 3.13.5 environment at: /venv", 0);
    cog_spent_line(&spent, "Prepared 12 packages in 2.31s", 0);
    cog_spent_line(&spent, "Installed 12 packages in 560ms", 0);
    cog_spent_line(&spent, " + numpy==2.3.5", 0);
    cog_spent_line(&spent, "Compiled modules in 1m 01s", 0);
    expect(&spent, "exec", "[large] install", 64000,
           "{\"compile\":61000,\"network\":2310,\"run\":130,\"unpack\":560}");
}

static void reads_what_pip_begins_with(void **state)
{
    struct cog_spent spent = {.marked = 0};

    (void)state;
    cog_spent_line(&spent, "Looking in indexes: https://index.example/simple", 9 * SECOND);
    cog_spent_line(&spent, "Collecting six (from -r requirements.txt)", 10 * SECOND);
    cog_spent_line(&spent, "Collecting idna", 11 * SECOND);
    cog_spent_line(&spent, "Installing collected packages: six, idna", 13 * SECOND);
    cog_spent_line(&spent, "Successfully installed idna-3.9 six-1.17.0", 17 * SECOND);
    expect(&spent, "exec", "[pip] install", 9000,
           "{\"network\":3000,\"run\":2000,\"unpack\":4000}");
}

/* Numbers of another's are nothing to rely on. */
static void ignores_what_cannot_be(void **state)
{
    static const char *const lines[] = {
        "Prepared in ",       "Prepared 1 package in",      "Prepared 1 package in 1 day",
        "Installed x in -3s", "Compiled in nan in nans",    "Compiled x in 1e300s",
        "Compiled x in infs", "Resolved x in 99999999m 3s", "Successfully installed six",
        "Collecting six",     "prepared 1 package in 3s",   "Prepared 1 package in 0x1p3",
    };
    struct cog_spent spent = {.marked = 0};

    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        cog_spent_line(&spent, lines[i], INT64_MAX - (int64_t)i);
    cog_spent_part(&spent, "transferring source:", 5 * SECOND, 0);
    cog_spent_part(&spent, "transferring source:", 0, 5 * SECOND);
    cog_spent_part(&spent, "something else", SECOND, 5 * SECOND);
    expect(&spent, "exec", "", 700, "{\"run\":700}");
    for (int i = 0; i < 1000000; i++)
        cog_spent_line(&spent, "Compiled modules in 86399s", 0);
    expect(&spent, "exec", "", 700, "{\"compile\":700}");
}

static void counts_parts_that_run_side_by_side_once(void **state)
{
    struct cog_spent spent = {.marked = 0};

    (void)state;
    cog_spent_part(&spent, "sha256:11", 10 * SECOND, 12 * SECOND);
    cog_spent_part(&spent, "sha256:22", 11 * SECOND, 14 * SECOND);
    cog_spent_part(&spent, "extracting sha256:11", 14 * SECOND, 15 * SECOND);
    expect(&spent, "source", "image python", 5500, "{\"network\":4500,\"unpack\":1000}");
}

static void goes_by_the_kind(void **state)
{
    static const struct {
        const char *kind, *name, *expected;
    } steps[] = {
        {"exec", "exporting x", "{\"run\":80}"},
        {"source", "image python", "{\"network\":80}"},
        {"local", "context source", "{\"copy\":80}"},
        {"file", "copy", "{\"copy\":80}"},
        {NULL, "exporting to image", "{\"export\":80}"},
        {NULL, "importing cache manifest from x", "{\"network\":80}"},
    };
    const struct cog_spent nothing = {.marked = 0};

    (void)state;
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        expect(&nothing, steps[i].kind, steps[i].name, 80, steps[i].expected);
    expect(&nothing, "exec", "", 0, "{}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_what_installers_print),
        cmocka_unit_test(reads_what_pip_begins_with),
        cmocka_unit_test(ignores_what_cannot_be),
        cmocka_unit_test(counts_parts_that_run_side_by_side_once),
        cmocka_unit_test(goes_by_the_kind),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
