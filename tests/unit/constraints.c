/* constraints.c - which version blocks agree on, and who is named when they do not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the above */
#include <cmocka.h>
#include <stdio.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/text.h"
#include "plan/constraints.h"
#include "told.h"

static const char *const engines[] = {"3.2", "4.0", "3.1", "2.7.4", NULL};

enum { MAX_ROWS = 4 };

struct constraint_row {
    const char *version, *specifier;
    bool firm;
    const char *file, *subject;
};

static void add_rows(struct cog_constraints *constraints, const struct constraint_row *rows)
{
    for (size_t i = 0; i < MAX_ROWS && rows[i].specifier; i++) {
        const struct cog_constraint constraint = {
            .key = "engine",
            .version = rows[i].version,
            .specifier = rows[i].specifier,
            .subject = rows[i].subject,
            .rule = rows[i].file,
            .firm = rows[i].firm,
            .at = {.file = rows[i].file, .line = (unsigned)i + 1},
        };
        cog_constraints_add(constraints, &constraint);
    }
}

static void print_rejected(FILE *out, const json_t *rejected)
{
    const json_t *entry;
    size_t index;

    json_array_foreach(rejected, index, entry) {
        const char *at = json_string_value(json_object_get(entry, "at"));
        (void)fprintf(out, " -%s %s %s", json_string_value(json_object_get(entry, "value")),
                      json_string_value(json_object_get(entry, "rule")), at ? at : "");
    }
}

/* "VERSION RULE LINE -REJECTED RULE AT"; "refused" without one. The caller frees it. */
static char *chosen(const struct constraint_row *rows)
{
    struct cog_constraints *constraints = cog_constraints_new();
    struct cog_diags diags;
    char *text;
    size_t size;
    FILE *out = cog_text_open(&text, &size);

    cog_diags_init(&diags, "test");
    cog_constraints_offer(constraints, "engine", "Engine", engines, "test.engine",
                          "test.conflict");
    add_rows(constraints, rows);
    int result = cog_constraints_solve(constraints, &diags);
    const struct cog_chosen *on = cog_constraints_chosen(constraints, "engine");
    assert_int_equal(result, diags.errors ? -1 : 0);
    assert_int_equal(result == 0, on != NULL);
    if (on) {
        (void)fprintf(out, "%s %s %u", on->version, on->rule, on->at.line);
        print_rejected(out, on->rejected);
    } else {
        (void)fputs("refused", out);
    }
    cog_text_close(out, &text);
    cog_diags_release(&diags);
    cog_constraints_free(constraints);
    return text;
}

static void test_choice(void **state)
{
    static const struct {
        struct constraint_row rows[MAX_ROWS];
        const char *chosen;
    } cases[] = {
        {{{0}}, "3.2 engine.version.default 0"},
        {{{NULL, ">=3", false, "a", NULL}}, "3.2 engine.version.default 0"},
        {{{NULL, ">=4", false, "a", NULL}}, "4.0 a 1 -3.2 engine.version.default "},
        /* the intersection is neither's first choice */
        {{{NULL, "!=3.2.*", false, "a", NULL}, {NULL, "<4", true, "b", NULL}},
         "3.1 a 1 -3.2 engine.version.default "},
        {{{NULL, "<3", true, "a", "some 1"}}, "2.7.4 a 1 -3.2 engine.version.default "},
        /* a series is its newest release */
        {{{NULL, ">=3.2.5", true, "a", NULL}}, "3.2 engine.version.default 0"},
        {{{NULL, "<=3.2", true, "a", NULL}}, "3.1 a 1 -3.2 engine.version.default "},
        /* what is asked for need not be offered, and may be weaker than a range */
        {{{"3.9", "==3.9.*", false, "a", NULL}}, "3.9 a 1"},
        {{{NULL, ">=3", false, "a", NULL}, {"3.9", "==3.9.*", false, "b", NULL}},
         "3.9 b 2"},
        /* a weaker wish is not heard, unless it is firm */
        {{{"3.2", "==3.2.*", false, "a", NULL}, {"3.1", "==3.1.*", false, "b", NULL}},
         "3.2 a 1 -3.1 b b:2"},
        {{{"3.2", "==3.2.*", false, "a", NULL}, {NULL, "<3", false, "b", NULL}},
         "3.2 a 1 -<3 b b:2"},
        {{{"3.2", "==3.2.*", false, "a", NULL}, {NULL, "<3", true, "b", NULL}}, "refused"},
        {{{NULL, "<3", false, "a", NULL}, {"3.2", "==3.2.*", false, "b", NULL}}, "refused"},
        {{{NULL, "<2", false, "a", NULL}}, "refused"},
        {{{NULL, "newest", false, "a", NULL}}, "refused"},
        {{{"3.2", "==3.2.*", false, "a", NULL}, {NULL, "three", false, "b", NULL}},
         "refused"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        auto_free char *text = chosen(cases[i].rows);
        assert_string_equal(text, cases[i].chosen);
    }
}

/* What is said of these voices; the caller frees it. */
static char *complaint(const struct constraint_row *rows)
{
    struct cog_constraints *constraints = cog_constraints_new();
    struct cog_diags diags;

    cog_diags_init(&diags, "test");
    cog_constraints_offer(constraints, "engine", "Engine", engines, "test.engine",
                          "test.conflict");
    add_rows(constraints, rows);
    assert_int_equal(cog_constraints_solve(constraints, &diags), -1);
    char *text = told(&diags);
    cog_diags_release(&diags);
    cog_constraints_free(constraints);
    return text;
}

/* Everybody is named, with a place. */
static void test_conflict(void **state)
{
    static const struct {
        struct constraint_row rows[MAX_ROWS];
        const char *told;
    } cases[] = {
        {{{NULL, ">=3", true, "a", NULL},
          {NULL, "<3.1", true, "b", "some 1"},
          {NULL, ">=2", true, "c", NULL}},
         "a:1: error: no version of Engine that cog knows fits >=3 (a:1), <3.1 (some 1 at "
         "b:2), >=2 (c:3); change one of these [test.conflict]\n"},
        {{{"3.2", "==3.2.*", false, "a", NULL},
          {NULL, "<3", true, "b", NULL},
          {NULL, ">=3", true, "c", NULL},
          {NULL, ">=3.3", true, "d", "some 1"}},
         "a:1: error: Engine 3.2 is asked for, but b:2 requires <3; change one of them; "
         "there is also >=3 (c:3) [test.conflict]\n"
         "a:1: error: Engine 3.2 is asked for, but some 1 at d:4 requires >=3.3; change "
         "one "
         "of them; there is also >=3 (c:3) [test.conflict]\n"},
        {{{NULL, "one", false, "a", NULL}, {NULL, "two", false, "b", NULL}},
         "a:1: error: \"one\": a version clause such as >=1.0 is expected [test.engine]\n"
         "b:2: error: \"two\": a version clause such as >=1.0 is expected "
         "[test.engine]\n"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        auto_free char *text = complaint(cases[i].rows);
        assert_string_equal(text, cases[i].told);
    }
}

/* What is said of one thing does not touch another. */
static void test_two(void **state)
{
    static const struct constraint_row rows[MAX_ROWS] = {{NULL, ">=4", true, "a", NULL}};
    static const char *const doors[] = {"1.0", NULL};
    struct cog_constraints *constraints = cog_constraints_new();
    struct cog_diags diags;

    (void)state;
    cog_diags_init(&diags, "test");
    cog_constraints_offer(constraints, "door", "Door", doors, "test.door", "test.conflict");
    cog_constraints_offer(constraints, "engine", "Engine", engines, "test.engine",
                          "test.conflict");
    add_rows(constraints, rows);
    assert_int_equal(cog_constraints_solve(constraints, &diags), 0);
    assert_string_equal(cog_constraints_chosen(constraints, "door")->version, "1.0");
    assert_string_equal(cog_constraints_chosen(constraints, "engine")->version, "4.0");
    assert_null(cog_constraints_chosen(constraints, "window"));
    cog_diags_release(&diags);
    cog_constraints_free(constraints);
}

/* Faults of blocks. */
static void test_keys(void **state)
{
    static const struct constraint_row rows[MAX_ROWS] = {{NULL, ">=3", true, "a", NULL}};
    struct cog_constraints *none = cog_constraints_new(), *twice = cog_constraints_new();
    struct cog_diags diags;

    (void)state;
    cog_diags_init(&diags, "test");
    add_rows(none, rows);
    assert_int_equal(cog_constraints_solve(none, &diags), -1);
    auto_free char *unoffered = told(&diags);
    assert_string_equal(unoffered, "a:1: error: a version of engine is required, and no "
                                   "block offers any [plan.compose]\n");
    for (int i = 0; i < 2; i++)
        cog_constraints_offer(twice, "engine", "Engine", engines, "test.engine",
                              "test.conflict");
    assert_int_equal(cog_constraints_solve(twice, &diags), -1);
    auto_free char *offered = told(&diags);
    assert_string_equal(
        offered, "test: error: two blocks offer versions of engine [plan.compose]\n");
    cog_diags_release(&diags);
    cog_constraints_free(none);
    cog_constraints_free(twice);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_choice),
        cmocka_unit_test(test_conflict),
        cmocka_unit_test(test_two),
        cmocka_unit_test(test_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
