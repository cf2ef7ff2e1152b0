/* expression.c - what becomes of a schema's patterns; tests/oracle/schema has thousands. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "schema/expression.h"

static void assert_becomes(const char *pattern, const char *expected)
{
    const char *reason;
    auto_free char *text = cog_expression_translate(pattern, &reason);

    assert_non_null(text);
    assert_null(reason);
    assert_string_equal(text, expected);
}

static void assert_refused(const char *pattern)
{
    const char *reason;

    assert_null(cog_expression_translate(pattern, &reason));
    assert_non_null(reason);
}

static void common_patterns_stay(void **state)
{
    (void)state;
    assert_becomes("^sha256:[0-9a-f]{64}$", "^sha256:[0-9a-f]{64}$");
    assert_becomes("^x-", "^x-");
    assert_becomes("^[a-z0-9][a-z0-9._-]*$", "^[0-9a-z][.0-9_a-z-]*$");
    assert_becomes("^(tcp|udp)?$", "^(tcp|udp)?$");
    assert_becomes("", "()");
}

static void escapes_become_characters(void **state)
{
    (void)state;
    assert_becomes("\\d+\\.\\/\\x41\\u00e9", "[0-9]+\\./A(\xc3\xa9)");
    assert_becomes("(?:a|b)*?", "(a|b)*");
    assert_becomes("[\\]^-]", "[]^-]");
    assert_becomes("[\\^]", "\\^");
    assert_becomes("[-^]", "[-^]");
    assert_becomes("\xc3\xa9?", "(\xc3\xa9)?");
}

static void what_posix_lacks_is_refused(void **state)
{
    static const char *const patterns[] = {
        "(?=a)",   "(?!a)",
        "(?<n>a)", "(a)\\1",
        "\\bword", "\\p{L}",
        "\\k<n>",  "[\xc3\xa9]",
        "[]",      "a**",
        "*a",      "a|*",
        "a{2,1}",  "a{1001}",
        "a{",      "a}",
        "]",       "(a",
        "a)",      "[a",
        "\\",      "a^",
        "$a",      "(^a)+",
        "(a$)*",   "[b-a]",
        "[\\d-z]", "\\u12",
        "\\ud83d", "\\0",
        "\\a",     "\\c1",
        "[\\B]",   "(a{99}){99}{9}",
    };

    (void)state;
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++)
        assert_refused(patterns[i]);
}

static void size_has_limits(void **state)
{
    char pattern[1100];

    (void)state;
    memset(pattern, 'a', sizeof pattern);
    pattern[1000] = '\0';
    assert_becomes(pattern, pattern);
    pattern[1000] = 'a';
    pattern[1001] = '\0';
    assert_refused(pattern);
    memset(pattern, '(', 51);
    memset(pattern + 51, ')', 51);
    pattern[102] = '\0';
    assert_refused(pattern);
    assert_refused("((a{100}){100}){100}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(common_patterns_stay),
        cmocka_unit_test(escapes_become_characters),
        cmocka_unit_test(what_posix_lacks_is_refused),
        cmocka_unit_test(size_has_limits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
