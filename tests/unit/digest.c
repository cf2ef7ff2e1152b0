/* digest.c - SHA-256 (FIPS 180-4's examples) and base64 (RFC 4648, section 10). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the above */
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "model/reference.h"

static void test_sha256(void **state)
{
    char *empty = cog_sha256("", 0), *abc = cog_sha256("abc", 3);

    (void)state;
    assert_string_equal(
        empty, "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_string_equal(
        abc, "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_true(cog_is_digest(abc));
    abc[70] = 'G';
    assert_false(cog_is_digest(abc));
    empty[70] = '\0';
    assert_false(cog_is_digest(empty));
    assert_false(cog_is_digest("sha512:00"));
    free(empty);
    free(abc);
}

static void test_base64(void **state)
{
    static const struct {
        const char *plain, *encoded;
    } rows[] = {{"", ""},
                {"f", "Zg=="},
                {"fo", "Zm8="},
                {"foo", "Zm9v"},
                {"foob", "Zm9vYg=="},
                {"fooba", "Zm9vYmE="},
                {"foobar", "Zm9vYmFy"}};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *encoded = cog_base64(rows[i].plain, strlen(rows[i].plain));
        size_t size = 99;
        unsigned char *decoded = cog_base64_decode(encoded, &size);
        assert_string_equal(encoded, rows[i].encoded);
        assert_int_equal(size, strlen(rows[i].plain));
        assert_memory_equal(decoded, rows[i].plain, size + 1);
        free(encoded);
        free(decoded);
    }
}

static void test_not_base64(void **state)
{
    static const char *const texts[] = {"Zg", "Zg=", "Zg =", "Z*==", " Zg==", "Zg==\n"};
    size_t size;

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_null(cog_base64_decode(texts[i], &size));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sha256),
        cmocka_unit_test(test_base64),
        cmocka_unit_test(test_not_base64),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
