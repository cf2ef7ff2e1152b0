/* path.c - paths inside a project: a table. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the above */
#include <cmocka.h>
#include <stdlib.h>

#include "base/path.h"

static void test_inside(void **state)
{
    static const struct {
        const char *from, *path, *inside;
    } rows[] = {
        {"", "a", "a"},
        {"", "./a//b/", "a/b"},
        {"", "a/../b", "b"},
        {"", "a/..", NULL},
        {"", "", NULL},
        {"", ".", NULL},
        {"", "..", NULL},
        {"", "../a", NULL},
        {"", "a/../../b", NULL},
        {"", "/a", NULL},
        {"deps/all.txt", "more.txt", "deps/more.txt"},
        {"deps/all.txt", "../r.txt", "r.txt"},
        {"deps/all.txt", "../../r.txt", NULL},
        {"", "..a/...", "..a/..."},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *inside = cog_path_inside(rows[i].from, rows[i].path);
        if (rows[i].inside)
            assert_string_equal(inside, rows[i].inside);
        else
            assert_null(inside);
        free(inside);
    }
}

static void test_clean(void **state)
{
    (void)state;
    assert_true(cog_path_is_clean("/"));
    assert_true(cog_path_is_clean("/a/b.c"));
    assert_false(cog_path_is_clean("a"));
    assert_false(cog_path_is_clean(""));
    assert_false(cog_path_is_clean("/a/"));
    assert_false(cog_path_is_clean("/a//b"));
    assert_false(cog_path_is_clean("/a/./b"));
    assert_false(cog_path_is_clean("/a/../b"));
    assert_false(cog_path_is_clean("//"));
}

static void test_join(void **state)
{
    char *here = cog_path_join(".", "a"), *there = cog_path_join("x/y", "a");

    (void)state;
    assert_string_equal(here, "a");
    assert_string_equal(there, "x/y/a");
    free(here);
    free(there);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_inside),
        cmocka_unit_test(test_clean),
        cmocka_unit_test(test_join),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
