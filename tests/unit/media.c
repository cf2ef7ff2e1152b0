/* media.c - data URLs in both directions, and numbers in predictions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "predict/json_print.h"
#include "predict/media.h"

static void data_urls_are_decoded(void **state)
{
    static const struct {
        const char *url, *bytes, *extension; /* `bytes` NULL: broken */
    } cases[] = {
        {"data:image/png;base64,aGk=", "hi", "png"},
        {"data:text/plain;charset=utf-8;BASE64,aGk=", "hi", "txt"},
        {"data:text/plain,a%20b%zz%4", "a b%zz%4", "txt"},
        {"DATA:IMAGE/JPEG;base64,", "", "jpg"},
        {"data:,x", "x", "bin"},
        {"data:application/x-strange;base64,aGk=", "hi", "bin"},
        {"data:image/png;base64,aGk", NULL, "png"},
        {"data:image/png;base64,!!!!", NULL, "png"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t size = 0;
        auto_free unsigned char *bytes = cog_media_decode(cases[i].url, &size);
        assert_true(cog_media_is_data(cases[i].url));
        assert_string_equal(cog_media_extension(cases[i].url), cases[i].extension);
        if (!cases[i].bytes) {
            assert_null(bytes);
            continue;
        }
        assert_int_equal(size, strlen(cases[i].bytes));
        assert_memory_equal(bytes, cases[i].bytes, size);
    }
    assert_false(cog_media_is_data("https://example.com/a,b"));
    assert_false(cog_media_is_data("data:image/png"));
}

static void numbers_are_short(void **state)
{
    static const struct {
        const char *json, *text;
    } cases[] = {
        {"[0.1,1.0,100.0,1e300,-2.5e-7,3]", "[0.1,1.0,100.0,1e+300,-2.5e-07,3]\n"},
        {"[0.30000000000000004,0.1234567890123456]",
         "[0.30000000000000004,0.1234567890123456]\n"},
        {"{\"b\":\"0.1000 \\\" 1e5\",\"a\":9007199254740993}",
         "{\"a\":9007199254740993,\"b\":\"0.1000 \\\" 1e5\"}\n"},
        {"\"\\\\\"", "\"\\\\\"\n"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        json_auto_t *value = json_loads(cases[i].json, JSON_DECODE_ANY, NULL);
        auto_free char *text = cog_json_line(value);
        assert_string_equal(text, cases[i].text);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(data_urls_are_decoded),
        cmocka_unit_test(numbers_are_short),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
