/* printable.c - what of a foreign text a terminal would act upon is escaped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/auto.h"
#include "base/diag.h"
#include "base/printable.h"
#include "told.h"

static void only_what_acts_is_escaped(void **state)
{
    static const struct {
        const char *text, *expected;
    } rows[] = {
        {"", ""},
        {"a/b \"c\" \\n", "a/b \"c\" \\n"},
        {"é € 😀 \xc2\xa0", "é € 😀 \xc2\xa0"},
        {"a\nb\rc\td", "a\\nb\\rc\\td"},
        {"\033[2J\a\x01\x7f", "\\x1b[2J\\x07\\x01\\x7f"},
        {"\xc2\x80\xc2\x9b\xc2\x9f", "\\u0080\\u009b\\u009f"},
        {"\u2028\u2029\u202a\u202e\u2066\u2069",
         "\\u2028\\u2029\\u202a\\u202e\\u2066\\u2069"},
        {"\u200e\u200f\u061c", "\\u200e\\u200f\\u061c"},
        {"\u2027\u202f\u2065\u206a", "\u2027\u202f\u2065\u206a"},
        {"\x80 \xff \xc2", "\\x80 \\xff \\xc2"},
        {"\xc0\x8a \xe0\x80\x8a", "\\xc0\\x8a \\xe0\\x80\\x8a"}, /* newlines, too long */
        {"\xed\xa0\x80 \xf4\x90\x80\x80", "\\xed\\xa0\\x80 \\xf4\\x90\\x80\\x80"},
        {"\xe2\x82", "\\xe2\\x82"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        auto_free char *text = cog_printable(rows[i].text);
        assert_string_equal(text, rows[i].expected);
    }
}

static char *report(bool json)
{
    struct cog_diags diags;

    cog_diags_init(&diags, "cog-test");
    diags.json = json;
    cog_report(&diags, COG_ERROR, (struct cog_pos){"a\033]0;x\a", 1, 0}, "test.code",
               "step %s", "x\ncog-submit: error: all is well [forged.code]\xff");
    cog_diags_quote(&diags, "one\033\n\ncog-submit: error: two [forged.code]\n");
    char *text = told(&diags);
    cog_diags_release(&diags);
    return text;
}

static void no_diagnostic_is_forged(void **state)
{
    (void)state;
    auto_free char *text = report(false), *json = report(true);
    assert_string_equal(text,
                        "a\\x1b]0;x\\x07:1: error: step x\\ncog-submit: error: all is well "
                        "[forged.code]\\xff; it said\n    one\\x1b\n    \n    cog-submit: "
                        "error: two [forged.code]\n    [test.code]\n");
    assert_string_equal(
        json, "{\"code\":\"test.code\",\"file\":\"a\\\\x1b]0;x\\\\x07\",\"line\":1,"
              "\"message\":\"step x\\\\ncog-submit: error: all is well "
              "[forged.code]\\\\xff\",\"output\":[\"one\\\\x1b\",\"\",\"cog-submit: "
              "error: two [forged.code]\"],\"program\":\"cog-test\",\"severity\":"
              "\"error\"}\n");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_acts_is_escaped),
        cmocka_unit_test(no_diagnostic_is_forged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
