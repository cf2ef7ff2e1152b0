/* specifier.c - PEP 440 specifiers; tests/oracle/pep compares many more with `packaging`.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/auto.h"
#include "pep/specifier.h"

static void versions_fit_or_not(void **state)
{
    static const struct {
        const char *specifier, *version;
        bool fits;
    } cases[] = {
        {"", "1.0", true},
        {">=1.0,<2", "1.9.9", true},
        {">=1.0,<2", "2.0rc1", false},
        {"<2rc1", "2.0b1", true},
        {"==1.0", "1.0+cu124", true},
        {"==1.0+cu118", "1.0+cu124", false},
        {"!=1.0", "1.0+cu124", false},
        {"<=1.0", "1.0+cu124", true},
        {">1.0", "1.0+cu124", false},
        {">1.0", "1.0.post1", false},
        {">1.0.post1", "1.0.post2", true},
        {"<1.0.post1", "1.0", true},
        {"<1.0.post1", "1.0.post1.dev1", false},
        {"==3.12.*", "3.12.4", true},
        {"==3.1.*", "3.12.4", false},
        {"==1.0.*", "1", true},
        {"~=1.4.2", "1.4.9", true},
        {"~=1.4.2", "1.5", false},
        {"~=1.4", "1.5", true},
        {"~=1!1.4", "1.5", false},
        {"===1.0", "1.0.0", false},
        {"===Foo", "fOO", true},
        {">=1.0", "foo", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct cog_specifier specifier;
        struct cog_fault fault;
        assert_int_equal(cog_specifier_parse(&specifier, cases[i].specifier, &fault), 0);
        assert_int_equal(
            cog_specifier_contains(&specifier, cases[i].version, COG_PRERELEASES_AUTO),
            cases[i].fits);
        cog_specifier_release(&specifier);
    }
}

static void a_fault_has_its_place(void **state)
{
    static const struct {
        const char *text, *what;
        size_t at;
    } cases[] = {
        {"1.0", "a version clause such as >=1.0 is expected", 0},
        {">=1, 2", "a version clause such as >=1.0 is expected", 5},
        {">=1,=2", "= is not a comparison; write ==", 4},
        {"== ", "a version such as 1.0 is expected", 3},
        {"~= 1", "~= needs a version of two numbers or more, such as 1.0", 3},
        {"~=1.0.*", ".* can stand only in a version after == or !=", 2},
        {"==1.0a1.*", ".* can follow only a plain release such as 1.0", 2},
        {">=1.0+cu124", "a local version (after +) can stand only after == or !=", 2},
        {">=1.0 <2", "a comma or the end is expected", 6},
        {"===1;", "a comma or the end is expected", 4},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct cog_specifier specifier;
        struct cog_fault fault;
        assert_int_equal(cog_specifier_parse(&specifier, cases[i].text, &fault), -1);
        assert_string_equal(fault.what, cases[i].what);
        assert_int_equal(fault.at, cases[i].at);
    }
}

static void the_order_written_is_kept(void **state)
{
    struct cog_specifier specifier;
    struct cog_fault fault;

    (void)state;
    assert_int_equal(cog_specifier_parse(&specifier, " >= 1.0 , !=V1.5,<2,", &fault), 0);
    auto_free char *text = cog_specifier_text(&specifier);
    assert_string_equal(text, ">=1.0,!=V1.5,<2");
    cog_specifier_release(&specifier);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(versions_fit_or_not),
        cmocka_unit_test(a_fault_has_its_place),
        cmocka_unit_test(the_order_written_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
