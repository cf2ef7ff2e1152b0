/* ignore.c - path patterns: a table of what Docker's matcher says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the above */
#include <cmocka.h>
#include <stdbool.h>

#include "tree/ignore.h"

struct row {
    const char *patterns[4];
    const char *path;
    bool matches;
};

static const struct row rows[] = {
    {{"a"}, "a", true},
    {{"a"}, "a/b/c", true},
    {{"a"}, "b/a", false},
    {{"a"}, "ab", false},
    {{"A"}, "a", false},
    {{"/a/"}, "a/b", true},
    {{"./a//b/."}, "a/b", true},
    {{"a/../b"}, "b", true},
    {{"/../b"}, "b", true},
    {{"../b"}, "b", false},
    {{" a \t"}, "a", true},
    {{"# a", "#a"}, "#a", false},
    {{"\\#a"}, "#a", true},
    {{""}, "a", false},
    {{"."}, "a", false},
    {{"/"}, "a", false},
    {{"*"}, "a/b", true},
    {{"*.pyc"}, "x.pyc", true},
    {{"*.pyc"}, "d/x.pyc", false},
    {{"*/*.pyc"}, "d/x.pyc", true},
    {{"*/*.pyc"}, "d/e/x.pyc", false},
    {{"a*b*c"}, "axbxbc", true},
    {{"a*b*c"}, "axbxb", false},
    {{"a*"}, "a", true},
    {{"?"}, "\xc3\xa9", true},
    {{"?"}, "ab", false},
    {{"a?b"}, "a/b", false},
    {{"[a-c]x"}, "bx", true},
    {{"[^a-c]x"}, "bx", false},
    {{"[^a-c]x"}, "dx", true},
    {{"[\\]]"}, "]", true},
    {{"[\xc3\xa0-\xc3\xb0]"}, "\xc3\xa9", true},
    {{"a\\*"}, "a*", true},
    {{"a\\*"}, "ab", false},
    {{"**"}, "a/b", true},
    {{"**/x"}, "x", true},
    {{"**/x"}, "a/b/x", true},
    {{"**/x"}, "a/b/x/y", true},
    {{"**/x"}, "a/xx", false},
    {{"**x"}, "a/xx", true},
    {{"**/*.pyc"}, "a/b/c.pyc", true},
    {{"**/*.pyc"}, "c.pyc", true},
    {{"**/.git"}, "sub/.git/config", true},
    {{"a/**"}, "a", false},
    {{"a/**"}, "a/b", true},
    {{"a/**/b"}, "a/b", true},
    {{"a/**/b"}, "a/x/y/b", true},
    {{"a/**/b"}, "a/x/yb", false},
    {{"**/a/**/b"}, "x/a/y/z/b/c", true},
    {{"*", "!a"}, "a", false},
    {{"*", "!a"}, "a/b", false},
    {{"*", "!a"}, "b", true},
    {{"!a", "*"}, "a", true},
    {{"d", "!d/keep", "d/keep/x"}, "d/keep/y", false},
    {{"d", "!d/keep", "d/keep/x"}, "d/keep/x", true},
    {{"d", "! /d/keep"}, "d/keep", false},
    {{"\xef\xbb\xbf*.md"}, "README.md", true},
};

static void matches_as_docker_does(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct cog_ignore ignore;
        cog_ignore_init(&ignore);
        for (size_t j = 0; j < 4 && rows[i].patterns[j]; j++)
            assert_int_equal(cog_ignore_add(&ignore, rows[i].patterns[j]), 0);
        if (cog_ignore_matches(&ignore, rows[i].path) != rows[i].matches)
            fail_msg("row %zu: \"%s\" on \"%s\" should be %d", i, rows[i].patterns[0],
                     rows[i].path, rows[i].matches);
        cog_ignore_release(&ignore);
    }
}

static void refuses_malformed_patterns(void **state)
{
    static const char *const bad[] = {"!", "! ", "a[b", "[", "[^", "a\\", "[\\]"};
    struct cog_ignore ignore;

    (void)state;
    cog_ignore_init(&ignore);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(cog_ignore_add(&ignore, bad[i]), -1);
        assert_int_equal(ignore.count, 0);
    }
    cog_ignore_release(&ignore);
}

static void reaches_into_folders(void **state)
{
    struct cog_ignore ignore;

    (void)state;
    cog_ignore_init(&ignore);
    assert_int_equal(cog_ignore_add(&ignore, "*"), 0);
    assert_int_equal(cog_ignore_add(&ignore, "!src/m*/deep/x"), 0);
    assert_true(cog_ignore_reaches_into(&ignore, "src", true));
    assert_true(cog_ignore_reaches_into(&ignore, "src/main", true));
    assert_false(cog_ignore_reaches_into(&ignore, "src/other", true));
    assert_false(cog_ignore_reaches_into(&ignore, "lib", true));
    assert_true(cog_ignore_reaches_into(&ignore, "lib", false));
    assert_int_equal(cog_ignore_add(&ignore, "!**/y"), 0);
    assert_true(cog_ignore_reaches_into(&ignore, "lib", true));
    cog_ignore_release(&ignore);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(matches_as_docker_does),
        cmocka_unit_test(refuses_malformed_patterns),
        cmocka_unit_test(reaches_into_folders),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
