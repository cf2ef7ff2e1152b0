/* requirements.c - the parts that requirements files are read with: tables. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the above */
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "pep/encoding.h"
#include "pep/lines.h"
#include "pep/options.h"
#include "pep/tokens.h"
#include "pep/url.h"
#include "pep/wheel.h"

static void test_words(void **state)
{
    static const struct {
        const char *text, *words[4];
    } rows[] = {
        {"", {NULL}},
        {"  \t ", {NULL}},
        {"a  b\tc", {"a", "b", "c"}},
        {"'a b' \"c d\"", {"a b", "c d"}},
        {"a'b c'd", {"ab cd"}},
        {"'' \"\"", {"", ""}},
        {"a\\ b \\'", {"a b", "'"}},
        {"\"a\\\"b\\\\c\\d\"", {"a\"b\\c\\d"}},
        {"'a\\'", {"a\\"}},
        {"#a b#", {"#a", "b#"}},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *fault = NULL;
        char **words = cog_tokens_split(rows[i].text, &fault);
        size_t count = 0;
        assert_non_null(words);
        for (; words[count]; count++)
            assert_string_equal(words[count], rows[i].words[count]);
        assert_null(rows[i].words[count]);
        cog_tokens_free(words);
    }
}

static void test_words_that_do_not_end(void **state)
{
    static const char *const rows[] = {"'", "\"a", "a\\", "a 'b\\'c'", "\"a\\\""};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *fault = NULL;
        assert_null(cog_tokens_split(rows[i], &fault));
        assert_non_null(fault);
    }
}

static void test_quoting(void **state)
{
    static const char *const rows[] = {"",     "a", "a b",  "it's", "\"",  "\\",
                                       "a\tb", "#", "a #b", "'",    "${A}"};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *fault = NULL;
        char *quoted = cog_tokens_quote(rows[i]);
        char **words = cog_tokens_split(quoted, &fault);
        assert_string_equal(words[0], rows[i]);
        assert_null(words[1]);
        assert_true(*quoted != '#' && !strstr(quoted, " #"));
        cog_tokens_free(words);
        free(quoted);
    }
}

static void test_lines(void **state)
{
    static const struct {
        const char *text;
        struct {
            unsigned number;
            const char *line;
        } lines[4];
    } rows[] = {
        {"", {{0, NULL}}},
        {"\n \n#x\n", {{0, NULL}}},
        {"a\n\n b \nc", {{1, "a"}, {3, "b"}, {4, "c"}}},
        {"a # x\nb#y\n#z\\\nc", {{1, "a"}, {2, "b#y"}, {4, "c"}}},
        {"a\\\nb\\\r\nc\nd", {{1, "abc"}, {4, "d"}}},
        {"a \\\n# x\nb", {{1, "a"}, {3, "b"}}},
        {"a # x\\\nb\nc", {{1, "a"}, {3, "c"}}},
        {"a\\", {{1, "a"}}},
        {"\\\\a\\\\\nb", {{1, "ab"}}},
        {"a\\ \nb", {{1, "a\\"}, {2, "b"}}},
        {"a\rb\x0C\x1C"
         "c\xC2\x85",
         {{1, "a"}, {2, "b"}, {4, "c"}}},
        {"a\xE2\x80\xA8\xC2\xA0"
         "b\xE3\x80\x80#c",
         {{1, "a"}, {2, "b"}}},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct cog_lines lines = {rows[i].text, 1};
        unsigned number = 0;
        size_t count = 0;
        for (char *line; (line = cog_lines_next(&lines, &number)); count++) {
            assert_non_null(rows[i].lines[count].line);
            assert_string_equal(line, rows[i].lines[count].line);
            assert_int_equal(number, rows[i].lines[count].number);
            free(line);
        }
        assert_null(rows[i].lines[count].line);
    }
}

static void test_wheels(void **state)
{
    static const struct {
        const char *file, *requirement;
    } rows[] = {
        {"a-1.0-py3-none-any.whl", "a==1.0"},
        {"A_b.c-1.0+cu12-2x-py2.py3-none-any.whl", "A_b.c==1.0+cu12"},
        {"a-1.0-none-any.whl", NULL},
        {"a-1-2-3-py3-none-any.whl", NULL},
        {"a-1.0-x-py3-none-any.whl", NULL},
        {"a__b-1.0-py3-none-any.whl", NULL},
        {"a b-1.0-py3-none-any.whl", NULL},
        {"a-1.0-py3-none-any.zip", NULL},
        {".whl", NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *requirement = cog_wheel_requirement(rows[i].file);
        if (rows[i].requirement)
            assert_string_equal(requirement, rows[i].requirement);
        else
            assert_null(requirement);
        free(requirement);
    }
}

static void test_credentials(void **state)
{
    static const struct {
        const char *text;
        bool secret;
    } rows[] = {
        {"https://example.com/a@b", false},
        {"https://example.com/?a=b@c", false},
        {"https://user@example.com/", true},
        {"https://user:pw@example.com/", true},
        {"a @ git+https://user:pw@example.com/", true},
        {"https://user:@example.com", true},
        {"https://:pw@example.com", true},
        {"https://@example.com", false},
        {"https://a:b@c@example.com", true},
        {"https://${A}:${B}@example.com", false},
        {"https://${A}${B}@example.com", false},
        {"https://user:${B}@example.com", false},
        {"https://${A}:x@example.com", true},
        {"https://${A}x@example.com", true},
        {"https://${a}@example.com", true},
        {"git+ssh://git@example.com/a", false},
        {"git+ssh://git:pw@example.com/a", true},
        {"https://example.com/ https://a:b@example.com/", true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(cog_url_has_credentials(rows[i].text), rows[i].secret);
}

static void test_kinds(void **state)
{
    (void)state;
    assert_true(cog_is_url("HTTPS://x"));
    assert_true(cog_is_url("file:x"));
    assert_true(cog_is_url("hg+static-http://x"));
    assert_false(cog_is_url("ssh://x"));
    assert_false(cog_is_url("a @ https://x"));
    assert_true(cog_is_local_path("a.tar.gz[x]"));
    assert_true(cog_is_local_path("a/b"));
    assert_true(cog_is_local_path(".a"));
    assert_true(cog_is_local_path("./a@b/c.zip"));
    assert_false(cog_is_local_path("a @ https://x/b.zip"));
    assert_false(cog_is_local_path("a==1.0"));
    assert_false(cog_is_local_path(".whl") && cog_is_archive(".whl"));
    assert_int_equal(cog_url_without_extras("a[b]"), 1);
    assert_int_equal(cog_url_without_extras("a [b]"), 1);
    assert_int_equal(cog_url_without_extras("a[]"), 3);
    assert_int_equal(cog_url_without_extras("[ab]"), 4);
}

static void test_parts_of_urls(void **state)
{
    char *egg = cog_url_fragment("git+https://x/y#subdirectory=z&egg=a", "egg");
    char *name = cog_url_name("https://x/a%2Bb%zz.whl/?c#d");
    char *path = cog_url_file("file://localhost/a%20b#egg=c");
    char *relative = cog_url_file("file:a/b?c");

    (void)state;
    assert_string_equal(egg, "a");
    assert_string_equal(name, "a+b%zz.whl");
    assert_string_equal(path, "/a b");
    assert_string_equal(relative, "a/b");
    assert_null(cog_url_file("file://other/a"));
    assert_null(cog_url_file("https://x/a"));
    assert_null(cog_url_fragment("https://x/y?egg=a", "egg"));
    free(egg);
    free(name);
    free(path);
    free(relative);
}

static void test_encodings(void **state)
{
    static const struct {
        const char *bytes;
        size_t size;
        const char *text; /* NULL: refused */
    } rows[] = {
        {"a\xC3\xA9", 3, "a\xC3\xA9"},
        {"\xEF\xBB\xBF"
         "a",
         4, "a"},
        {"\xFF\xFE"
         "a\0\x3D\xD8\x00\xDE",
         8, "a\xF0\x9F\x98\x80"},
        {"\xFE\xFF\0a", 4, "a"},
        {"\xFF\xFE\0\0a\0\0\0", 8, "a"},
        {"\0\0\xFE\xFF\0\0\0a", 8, "a"},
        {"#coding:latin-1\n\xE9", 17, "#coding:latin-1\n\xC3\xA9"},
        {"\n# coding= US-ASCII\na", 21, "\n# coding= US-ASCII\na"},
        {"\n\n#coding:latin-1\n\xE9", 19, NULL},
        {"#coding:us-ascii\n\xE9", 18, NULL},
        {"#coding:ebcdic", 14, NULL},
        {"\xC0\x80", 2, NULL},
        {"\xED\xA0\x80", 3, NULL},
        {"\xF4\x90\x80\x80", 4, NULL},
        {"\xE2\x82", 2, NULL},
        {"a\0b", 3, NULL},
        {"\xFF\xFE"
         "a",
         3, NULL},
        {"\xFF\xFE\x00\xD8", 4, NULL},
        {"\xFF\xFE\0\0\0\0\x11\0", 8, NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct cog_diags diags;
        cog_diags_init(&diags, "test");
        char *text = cog_encoding_decode(rows[i].bytes, rows[i].size, "r.txt", &diags);
        if (rows[i].text)
            assert_string_equal(text, rows[i].text);
        else
            assert_null(text);
        assert_int_equal(diags.errors, rows[i].text ? 0 : 1);
        free(text);
        cog_diags_release(&diags);
    }
}

static void test_options(void **state)
{
    const char *fault = NULL;
    char **words = cog_tokens_split("--ext a -ib -i=c --pre x -- --pre", &fault);
    static const struct cog_pip_setting expected[] = {
        {COG_PIP_EXTRA_INDEX_URL, "a", false},
        {COG_PIP_INDEX_URL, "b", false},
        {COG_PIP_INDEX_URL, "=c", false},
        {COG_PIP_PRE, NULL, false},
        {COG_PIP_WORD, "x", false},
        {COG_PIP_WORD, "--pre", false},
    };
    struct cog_pip_settings settings;
    struct cog_diags diags;

    (void)state;
    cog_diags_init(&diags, "test");
    assert_int_equal(cog_pip_settings_read(&settings, words, (struct cog_pos){0}, &diags),
                     0);
    assert_int_equal(settings.count, sizeof expected / sizeof *expected);
    for (size_t i = 0; i < settings.count; i++) {
        assert_int_equal(settings.items[i].option, expected[i].option);
        if (expected[i].value)
            assert_string_equal(settings.items[i].value, expected[i].value);
        else
            assert_null(settings.items[i].value);
    }
    cog_pip_settings_release(&settings);
    cog_tokens_free(words);
    cog_diags_release(&diags);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words),     cmocka_unit_test(test_words_that_do_not_end),
        cmocka_unit_test(test_quoting),   cmocka_unit_test(test_lines),
        cmocka_unit_test(test_wheels),    cmocka_unit_test(test_credentials),
        cmocka_unit_test(test_kinds),     cmocka_unit_test(test_parts_of_urls),
        cmocka_unit_test(test_encodings), cmocka_unit_test(test_options),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
