/* version.c - PEP 440 versions; tests/oracle/pep compares many more with `packaging`. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <limits.h>
#include <string.h>

#include "base/auto.h"
#include "pep/version.h"

static void spellings_become_canonical(void **state)
{
    static const struct {
        const char *text, *canonical;
    } cases[] = {
        {"1.0", "1.0"},
        {" v01.002.0 ", "1.2.0"},
        {"\xC2\xA0"
         "1\r\n",
         "1"},
        {"0!1", "1"},
        {"7!1.0", "7!1.0"},
        {"1ALPHA", "1a0"},
        {"1.0-beta.2", "1.0b2"},
        {"1c3", "1rc3"},
        {"1_preview_3", "1rc3"},
        {"1.0-5", "1.0.post5"},
        {"1.0a-", "1.0a0"},
        {"1.0rev", "1.0.post0"},
        {"1.0R5.dev", "1.0.post5.dev0"},
        {"2.4.1+CU124", "2.4.1+cu124"},
        {"1+a-01_B", "1+a.1.b"},
        {"00000000000000000000000000000000000000000000000001.0", "1.0"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct cog_version version;
        assert_int_equal(cog_version_parse(&version, cases[i].text), 0);
        assert_string_equal(version.text, cases[i].canonical);
        cog_version_release(&version);
    }
}

static void what_is_no_version_is_refused(void **state)
{
    static const char *const texts[] = {
        "",
        " ",
        "v",
        "a",
        "1.",
        ".1",
        "1..2",
        "1.*",
        "1!",
        "1.0x",
        "1.0 1",
        "2004d",
        "1.0+",
        "1.0+a.",
        "1.0+\xC3\xA9",
        "1.0dev1post1",
        "1.0--1",
        "\xD9\xA1.0",
    };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct cog_version version;
        assert_int_equal(cog_version_parse(&version, texts[i]), -1);
        assert_null(version.text);
    }
}

static int compare(const char *left, const char *right)
{
    struct cog_version a, b;

    assert_int_equal(cog_version_parse(&a, left), 0);
    assert_int_equal(cog_version_parse(&b, right), 0);
    int order = cog_version_compare(&a, &b);
    cog_version_release(&a);
    cog_version_release(&b);
    return order;
}

static void each_is_less_than_the_next(void **state)
{
    static const char *const texts[] = {
        "0.dev0",
        "1.dev1",
        "1a1.dev1",
        "1a1",
        "1a1.post1.dev2",
        "1a1.post1",
        "1b0",
        "1rc9",
        "1rc10",
        "1",
        "1+abc",
        "1+abc.1",
        "1+b",
        "1+5",
        "1+10",
        "1.post0.dev3",
        "1.post0",
        "1.0.1",
        "1.9",
        "1.10",
        "99999999999999999999999.9",
        "100000000000000000000000",
        "1!0.1",
    };

    (void)state;
    for (size_t i = 1; i < sizeof texts / sizeof *texts; i++) {
        assert_true(compare(texts[i - 1], texts[i]) < 0);
        assert_true(compare(texts[i], texts[i - 1]) > 0);
    }
}

static void zeros_at_the_end_do_not_count(void **state)
{
    (void)state;
    assert_int_equal(compare("1", "1.0.0"), 0);
    assert_int_equal(compare("1.0rc1", "1rc1"), 0);
    assert_int_equal(compare("0", "0.0"), 0);
    assert_int_not_equal(compare("1", "10"), 0);
}

static void parts_are_numbers(void **state)
{
    struct cog_version version;

    (void)state;
    assert_int_equal(cog_version_parse(&version, "2.011.4294967296rc1+cu124"), 0);
    assert_int_equal(cog_version_parts(&version), 3);
    assert_int_equal(cog_version_part(&version, 0), 2);
    assert_int_equal(cog_version_part(&version, 1), 11);
    assert_int_equal(cog_version_part(&version, 2), UINT_MAX);
    assert_int_equal(cog_version_part(&version, 3), 0);
    assert_true(cog_version_is_prerelease(&version));
    assert_int_equal(version.local.size, 5);
    assert_memory_equal(version.local.text, "cu124", 5);
    cog_version_release(&version);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spellings_become_canonical),
        cmocka_unit_test(what_is_no_version_is_refused),
        cmocka_unit_test(each_is_less_than_the_next),
        cmocka_unit_test(zeros_at_the_end_do_not_count),
        cmocka_unit_test(parts_are_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
