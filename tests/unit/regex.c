/* regex.c - regular expressions in two dialects; tests/oracle/schema has thousands. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the above */
#include <cmocka.h>
#include <string.h>

#include "base/auto.h"
#include "base/regex.h"

struct row {
    const char *pattern, *text;
    enum cog_regex_result result;
};

static void assert_results(enum cog_regex_dialect dialect, const struct row *rows,
                           size_t count)
{
    for (size_t i = 0; i < count; i++) {
        auto_free char *reason = NULL;
        struct cog_regex *regex = cog_regex_new(rows[i].pattern, dialect, &reason);
        if (!regex)
            fail_msg("%s: %s", rows[i].pattern, reason);
        if (cog_regex_search(regex, rows[i].text) != rows[i].result)
            fail_msg("%s on \"%s\" is not %d", rows[i].pattern, rows[i].text,
                     (int)rows[i].result);
        cog_regex_free(regex);
    }
}

static void assert_refused(enum cog_regex_dialect dialect, const char *const (*rows)[2],
                           size_t count)
{
    for (size_t i = 0; i < count; i++) {
        auto_free char *reason = NULL;
        struct cog_regex *regex = cog_regex_new(rows[i][0], dialect, &reason);
        if (regex)
            fail_msg("%s is taken", rows[i][0]);
        if (!strstr(reason, rows[i][1]))
            fail_msg("%s: %s", rows[i][0], reason);
    }
}

static void ecma_262_matches(void **state)
{
    static const struct row rows[] = {
        {"^sha256:[0-9a-f]{4}$", "sha256:00ff", COG_REGEX_MATCH},
        {"", "", COG_REGEX_MATCH},
        {"^a$", "a\n", COG_REGEX_NO_MATCH},
        {"^b", "a\nb", COG_REGEX_NO_MATCH},
        {"^.$", "\xe2\x98\x83", COG_REGEX_MATCH},
        {"^.$", "\xe2\x80\xa8", COG_REGEX_NO_MATCH},
        {"^\\s$", "\xef\xbb\xbf", COG_REGEX_MATCH},
        {"^\\s$", "\xc2\x85", COG_REGEX_NO_MATCH},
        {"^\\S$", "\xc2\xa0", COG_REGEX_NO_MATCH},
        {"^[\\s\\d]+$", "1\xe3\x80\x80", COG_REGEX_MATCH},
        {"^[^\\S\\n]$", "\xc2\xa0", COG_REGEX_MATCH},
        {"^[^\\S\\n]$", "\n", COG_REGEX_NO_MATCH},
        {"^\\w+$", "\xc3\xa9", COG_REGEX_NO_MATCH},
        {"^[\\v]\\v$", "\v\v", COG_REGEX_MATCH},
        {"\\v", "\n", COG_REGEX_NO_MATCH},
        {"^\\p{L}+$", "\xc3\xa9", COG_REGEX_MATCH},
        {"^[\xc3\xa9-\xe2\x98\x83]$", "\xc3\xaa", COG_REGEX_MATCH},
        {"^\\u{1f600}\\x41\\u00e9$", "\xf0\x9f\x98\x80\x41\xc3\xa9", COG_REGEX_MATCH},
        {"^(?!x)(?=a).(?<=a)$", "a", COG_REGEX_MATCH},
        {"(?<!a)b", "ab", COG_REGEX_NO_MATCH},
        {"^(?<year>\\d+?)-\\b", "1-a", COG_REGEX_MATCH},
        {"^[[:a]]$", ":]", COG_REGEX_MATCH},
        {"[]", "a", COG_REGEX_NO_MATCH},
        {"^[^]$", "\n", COG_REGEX_MATCH},
        {"^\\/\\-$", "/-", COG_REGEX_MATCH},
        {"^a{2,1000}]$", "aa]", COG_REGEX_MATCH},
    };

    (void)state;
    assert_results(COG_REGEX_ECMA_262, rows, sizeof rows / sizeof *rows);
}

static void what_ecma_262_lacks_is_refused(void **state)
{
    static const char *const rows[][2] = {
        {"(a)\\1", "escape"},
        {"\\k<n>", "escape"},
        {"\\Qa\\E", "escape"},
        {"\\Aa", "escape"},
        {"[\\h]", "escape"},
        {"\\u12", "escape"},
        {"\\x1", "escape"},
        {"\\c1", "escape"},
        {"\\pL", "escape"},
        {"\\0", "escape"},
        {"(?i)a", "group"},
        {"(?>a)", "group"},
        {"(?R)", "group"},
        {"(?P<n>a)", "group"},
        {"(*UTF)a", "repetition"},
        {"a*+", "repetition"},
        {"a{,3}", "a {"},
        {"a{", "a {"},
        {"*a", "quantifier"},
        {"a**", "quantifier"},
        {"a{2,1}", "order"},
        {"((a{99}){99}){99}", "large"},
        {"(a", "parenthesis"},
        {"a)", "parenthesis"},
        {"[a", "]"},
        {"\\", "\\ at end"},
        {"[b-a]", "range"},
        {"[\\s-z]", "range"},
        {"[!-\\S]", "range"},
        {"(?<=a+)b", "fixed length"},
    };

    (void)state;
    assert_refused(COG_REGEX_ECMA_262, rows, sizeof rows / sizeof *rows);
}

static void python_matches(void **state)
{
    static const struct row rows[] = {
        {"^a$", "a\n", COG_REGEX_MATCH},
        {"^.$", "\r", COG_REGEX_MATCH},
        {"^[^\\v]$", "\f", COG_REGEX_MATCH},
        {"^(?P<x>a+?)(?P=x)$", "aa", COG_REGEX_MATCH},
        {"^(a|b)\\1$", "ab", COG_REGEX_NO_MATCH},
        {"(?i)^A", "a", COG_REGEX_MATCH},
        {"^[]a]+$", "]a", COG_REGEX_MATCH},
        {"^[^]a]$", "]", COG_REGEX_NO_MATCH},
        {"^[[:a]$", "[", COG_REGEX_MATCH},
    };

    (void)state;
    assert_results(COG_REGEX_PYTHON, rows, sizeof rows / sizeof *rows);
}

static void what_python_alone_has_is_refused(void **state)
{
    static const char *const rows[][2] = {
        {"a\\Z", "escape"},  {"\\N{DIGIT ONE}", "escape"},
        {"\\12", "escape"},  {"\\B", "escape"},
        {"(?x) a", "group"}, {"(?(1)a|b)", "group"},
        {"(?#a)", "group"},  {"a{,3}", "a {"},
        {"a{ 1}", "a {"},    {"a++", "repetition"},
    };

    (void)state;
    assert_refused(COG_REGEX_PYTHON, rows, sizeof rows / sizeof *rows);
}

static void matching_has_limits(void **state)
{
    static char text[200000];
    const struct row rows[] = {
        {"^(a+)+$", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", COG_REGEX_LIMIT},
        {"^(a|b)*$", text, COG_REGEX_LIMIT}, /* of memory */
        {"^[ab]*$", text, COG_REGEX_MATCH},
    };

    (void)state;
    memset(text, 'a', sizeof text);
    text[sizeof text - 1] = '\0';
    assert_results(COG_REGEX_ECMA_262, rows, sizeof rows / sizeof *rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ecma_262_matches),
        cmocka_unit_test(what_ecma_262_lacks_is_refused),
        cmocka_unit_test(python_matches),
        cmocka_unit_test(what_python_alone_has_is_refused),
        cmocka_unit_test(matching_has_limits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
