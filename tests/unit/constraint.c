/* constraint.c - Poetry's constraints as PEP 440; the expected ranges are those of poetry's
 * documentation, and of what poetry-core makes of them. */
#include "manifest/constraint.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/auto.h"

struct row {
    const char *constraint, *expected; /* NULL: refused */
};

static void specifiers(void **state)
{
    static const struct row rows[] = {
        {"^1.2.3", ">=1.2.3,<2"},
        {"^1.2", ">=1.2,<2"},
        {"^1", ">=1,<2"},
        {"^0.2.3", ">=0.2.3,<0.3"},
        {"^0.0.3", ">=0.0.3,<0.0.4"},
        {"^0.0", ">=0.0,<0.1"},
        {"^0", ">=0,<1"},
        {"^1.2rc1", ">=1.2rc1,<2"},
        {"^ 1.2", ">=1.2,<2"},
        {"~1.2.3", ">=1.2.3,<1.3"},
        {"~1.2", ">=1.2,<1.3"},
        {"~1", ">=1,<2"},
        {"~=1.2", "~=1.2"},
        {"*", ""},
        {"==*", ""},
        {"1.2.*", "==1.2.*"},
        {"!=1.2.*", "!=1.2.*"},
        {"1.2", "==1.2"},
        {"=1.2", "==1.2"},
        {"===1.2", "===1.2"},
        {">=1,<2,!=1.5", ">=1,<2,!=1.5"},
        {">= 1 < 2", ">=1,<2"},
        {"*,<2", "<2"},
        {"^1!2.3", ">=1!2.3,<1!3"},
        {"^1 || ^2", NULL},
        {"^1 | ^2", NULL},
        {"^", NULL},
        {"", ""},
        {"^x", NULL},
        {"<*", NULL},
        {"=>1", NULL},
        {"^^1", NULL},
        {"1; 2", NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        auto_free char *text = cog_constraint_specifier(rows[i].constraint);
        if (rows[i].expected && text)
            assert_string_equal(text, rows[i].expected);
        else
            assert_true(!text && !rows[i].expected);
    }
}

static void markers(void **state)
{
    static const struct row rows[] = {
        {"*", ""},
        {"<3.12", "python_version < \"3.12\""},
        {"^3.10", "python_version >= \"3.10\" and python_version < \"4\""},
        {"~3.10.2", "python_full_version >= \"3.10.2\" and python_version < \"3.11\""},
        {"3.11.*", "python_version == \"3.11.*\""},
        {"3.11", "python_version == \"3.11\""},
        {">3.9", "python_full_version > \"3.9.0\""},
        {"<=3.10", "python_full_version <= \"3.10.0\""},
        {">3", "python_full_version > \"3.0.0\""},
        {">3.9.1", "python_full_version > \"3.9.1\""},
        {"<3.8 || >3.9", NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        auto_free char *text = cog_constraint_marker(rows[i].constraint);
        if (rows[i].expected && text)
            assert_string_equal(text, rows[i].expected);
        else
            assert_true(!text && !rows[i].expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(specifiers),
        cmocka_unit_test(markers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
