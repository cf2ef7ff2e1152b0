/* ignore.c - path patterns: a table of what Docker's matcher says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the above */
#include <cmocka.h>
#include <stdbool.h>

#include "path_matching.h"

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
    {{"#a"}, "#a", true},
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
    {{"\xc2\xa0 a\xe3\x80\x80\t"}, "a", true},
    {{"!."}, "a", false},
    {{"!!a", "!a"}, "!a", false},
    {{"*", "!!a"}, "!a", false},
    {{"*", "/!a"}, "a", false},
    {{" /a /"}, "a", true},
    {{"**a"}, "ba", true},
    {{"**a*"}, "ba", false},
    {{"a**"}, "ab/c", true},
    {{"a**b"}, "axb", false},
    {{"a**b"}, "a/x/b", true},
    {{"a***b"}, "axb", true},
    {{"*x**/bar"}, "xbar", true},
    {{"a*c**b"}, "acxcb", true},
    {{"a[^b]c"}, "a/c", true},
    {{"a[+-9]c"}, "a/c", true},
    {{"a[!b]c"}, "a!c", true},
    {{"a[!b]c"}, "axc", false},
    {{"[a^]"}, "^", true},
    {{"[\\[-\\]]"}, "]", true},
    {{"a^b"}, "a^b", true},
    {{"a^b/**"}, "a^b/c", true},
    {{"a]b"}, "a]b", true},
    {{"a]*"}, "a]b", true},
    {{"d/f", "!d"}, "d/f", true},
    {{"d/f", "!d"}, "d/g", false},
    {{"d/**", "!d"}, "d/f", true},
    {{"a/b", "!**/b"}, "a/b/c", false},
    {{"n", "!**/k"}, "n/k", false},
    {{"n", "!**/k", "n"}, "n/k", false},
    {{"*", "!**/k", "n"}, "n/k", false},
};

static void matches_as_docker_does(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct cog_ignore ignore;
        cog_ignore_init(&ignore);
        for (size_t j = 0; j < 4 && rows[i].patterns[j]; j++)
            assert_int_equal(cog_ignore_add(&ignore, rows[i].patterns[j]), 0);
        bool results[4];
        if (match_path(&ignore, rows[i].path, results) != rows[i].matches)
            fail_msg("row %zu: \"%s\" on \"%s\" should be %d", i, rows[i].patterns[0],
                     rows[i].path, rows[i].matches);
        cog_ignore_release(&ignore);
    }
}

static void refuses_malformed_patterns(void **state)
{
    static const struct {
        const char *pattern, *fault;
    } bad[] = {
        {"!", "nothing follows !"},
        {"! ", "nothing follows !"},
        {"!/", "nothing follows !"},
        {"a[b", "a class has no end"},
        {"[", "a class has no end"},
        {"[^", "a class has no end"},
        {"[a-", "a class has no end"},
        {"[\\]", "a class has no end"},
        {"a\\", "nothing follows \\"},
        {"[a\\", "nothing follows \\"},
        {"[]a]", "] - [ * ? need a \\ in a class, which may not be empty"},
        {"[a-]", "] - [ * ? need a \\ in a class, which may not be empty"},
        {"[*]", "] - [ * ? need a \\ in a class, which may not be empty"},
        {"[z-a]", "a range of a class is empty"},
        {"a^*", "beside wildcards ^ needs a \\"},
        {"bin\\Debug", "\\ stands before a letter or a digit; folders are separated by /"},
        {"[\\d]", "\\ stands before a letter or a digit; folders are separated by /"},
    };
    struct cog_ignore ignore;

    (void)state;
    cog_ignore_init(&ignore);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const char *fault = cog_ignore_fault(bad[i].pattern);
        if (!fault || strcmp(fault, bad[i].fault) != 0)
            fail_msg("%s: %s", bad[i].pattern, fault ? fault : "fine");
        assert_int_equal(cog_ignore_add(&ignore, bad[i].pattern), -1);
        assert_int_equal(ignore.count, 0);
    }
    assert_null(cog_ignore_fault("# fine"));
    auto_free char *endless = cog_alloc(4098);
    memset(endless, 'a', 4097);
    assert_string_equal(cog_ignore_fault(endless), "it is longer than 4096 bytes");
    cog_ignore_release(&ignore);
}

/* Whether the walk would enter the folder `path`, which is not wanted itself. */
static bool reaches(const struct cog_ignore *ignore, const char *path)
{
    bool results[8];

    (void)match_path(ignore, path, results);
    return cog_ignore_reaches_into(ignore, path, results);
}

static void add(struct cog_ignore *ignore, const char *pattern)
{
    assert_int_equal(cog_ignore_add(ignore, pattern), 0);
}

static void reaches_into_folders(void **state)
{
    struct cog_ignore ignore;

    (void)state;
    cog_ignore_init(&ignore);
    assert_false(reaches(&ignore, "src"));
    add(&ignore, "src/only");
    assert_true(reaches(&ignore, "src"));
    assert_false(reaches(&ignore, "lib"));
    add(&ignore, "*");
    add(&ignore, "!src/m*/deep/x");
    assert_true(reaches(&ignore, "src"));
    assert_true(reaches(&ignore, "src/main"));
    assert_false(reaches(&ignore, "src/other"));
    assert_false(reaches(&ignore, "lib"));
    add(&ignore, "!**/y");
    assert_true(reaches(&ignore, "lib"));
    cog_ignore_release(&ignore);
}

static void does_not_reach_behind_what_decides(void **state)
{
    struct cog_ignore ignore;

    (void)state;
    cog_ignore_init(&ignore);
    add(&ignore, "!**/*.py");
    add(&ignore, "**/.git");
    assert_false(reaches(&ignore, ".git"));
    assert_false(reaches(&ignore, "a/.git"));
    cog_ignore_release(&ignore);
}

static void takes_no_longer_than_the_product(void **state)
{
    struct cog_ignore ignore;
    bool results[1];
    char pattern[256] = "", path[512] = "";

    (void)state;
    for (size_t i = 0; i < 40; i++)
        memcpy(pattern + 5 * i, "**/a*/", 7 - (i == 39));
    for (size_t i = 0; i < 250; i++)
        memcpy(path + 2 * i, "a/", 3 - (i == 249));
    pattern[200] = 'b';
    cog_ignore_init(&ignore);
    add(&ignore, pattern);
    assert_false(cog_ignore_matches(&ignore, path, NULL, results));
    cog_ignore_release(&ignore);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(matches_as_docker_does),
        cmocka_unit_test(refuses_malformed_patterns),
        cmocka_unit_test(reaches_into_folders),
        cmocka_unit_test(does_not_reach_behind_what_decides),
        cmocka_unit_test(takes_no_longer_than_the_product),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
