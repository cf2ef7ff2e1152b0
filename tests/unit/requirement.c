/* requirement.c - PEP 508; tests/oracle/pep compares many more with `packaging`. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/auto.h"
#include "pep/requirement.h"

static void text_is_canonical(void **state)
{
    static const struct {
        const char *text, *canonical;
    } cases[] = {
        {"Torch", "torch"},
        {"Foo._-Bar [A, b_C] ( >= 1.0 , !=2.* ,)", "foo-bar[a,b-c]>=1.0,!=2.*"},
        {"foo[] (); os.name=='nt'", "foo ; os_name == \"nt\""},
        {"foo==2.4.1+cu124", "foo==2.4.1+cu124"},
        {"foo===1,>=0", "foo===1,>=0"},
        {"foo @ https://example.com/a;b", "foo @ https://example.com/a;b"},
        {"foo@git+ssh://git@example.com/x ; extra=='a'",
         "foo @ git+ssh://git@example.com/x ; extra == \"a\""},
        {"foo_", "foo_"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct cog_requirement q;
        assert_int_equal(
            cog_requirement_parse(&q, cases[i].text, (struct cog_pos){0}, NULL), 0);
        auto_free char *text = cog_requirement_text(&q);
        assert_string_equal(text, cases[i].canonical);
        cog_requirement_release(&q);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_canonical),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
