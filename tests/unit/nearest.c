/* nearest.c - what a misspelt word means. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the above */
#include <cmocka.h>

#include "base/nearest.h"

static void test_nearest(void **state)
{
    static const struct {
        const char *word, *nearest;
    } rows[] = {
        {"python_versoin", "python_version"},
        {"gpus", "gpu"},
        {"PREDICT", NULL},
        {"predcit", "predict"},
        {"rum", "run"},
        {"nothing_like_it", NULL},
        {"", NULL},
    };
    json_auto_t *known = json_pack("{s:b, s:b, s:b, s:b}", "python_version", 1, "gpu", 1,
                                   "predict", 1, "run", 1);

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *nearest = cog_nearest(rows[i].word, known);
        if (rows[i].nearest)
            assert_string_equal(nearest, rows[i].nearest);
        else
            assert_null(nearest);
    }
}

static void test_long(void **state)
{
    char word[200] = {0};
    json_auto_t *known = json_pack("{s:b}", "a", 1);

    (void)state;
    for (size_t i = 0; i < sizeof word - 1; i++)
        word[i] = 'a';
    assert_null(cog_nearest(word, known));
    json_object_set_new(known, word, json_true());
    assert_string_equal(cog_nearest("b", known), "a");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nearest),
        cmocka_unit_test(test_long),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
