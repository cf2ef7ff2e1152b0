/* marker.c - PEP 508 markers; tests/oracle/pep compares many more with `packaging`. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "pep/marker.h"

static enum cog_truth evaluate(const char *text, const struct cog_environment *environment)
{
    struct cog_fault fault;
    struct cog_marker *marker = cog_marker_parse(text, &fault);

    assert_non_null(marker);
    enum cog_truth truth = cog_marker_evaluate(marker, environment);
    cog_marker_free(marker);
    return truth;
}

static void text_is_canonical(void **state)
{
    static const struct {
        const char *text, *canonical;
    } cases[] = {
        {"os.name=='nt'", "os_name == \"nt\""},
        {" python_implementation  not   in 'a' ",
         "platform_python_implementation not in \"a\""},
        {"extra=='A._b'", "extra == \"a-b\""},
        {"'A_b'in extras", "\"a-b\" in extras"},
        {"((os_name=='a'))", "os_name == \"a\""},
        {"((os_name=='a' and os_name=='b') or (os_name=='c'))",
         "(os_name == \"a\" and os_name == \"b\") or os_name == \"c\""},
        {"os_name=='\"'", "os_name == '\"'"},
        {"os_name=='\\x22\\x27'", "os_name == \"\\x22'\""},
        {"os_name=='a\\\\b\\n\\u2028#$'", "os_name == \"a\\\\b\\x0a\\u2028\\x23\\x24\""},
        {"os_name=='\\u00e9\\U0001F600\\u20ac'", "os_name == \"\u00e9\U0001F600\u20ac\""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct cog_fault fault;
        struct cog_marker *marker = cog_marker_parse(cases[i].text, &fault);
        assert_non_null(marker);
        auto_free char *text = cog_marker_text(marker);
        assert_string_equal(text, cases[i].canonical);
        cog_marker_free(marker);
    }
}

static void a_fault_has_its_place(void **state)
{
    static const struct {
        const char *text, *what;
        size_t at;
    } cases[] = {
        {"", "a variable such as python_version, or a text in quotes, is expected", 0},
        {"python == '3'", "unknown marker variable; put text in quotes", 0},
        {"os_name == nt", "unknown marker variable; put text in quotes", 11},
        {"os_name = 'nt'", "a comparison such as ==, <= or \"in\" is expected", 8},
        {"os_name not 'nt'", "a comparison such as ==, <= or \"in\" is expected", 8},
        {"os_name == 'nt", "a quote is not closed", 11},
        {"os_name == '\\x2'", "this escape has no meaning", 12},
        {"os_name == '\\N{DASH}'", "this escape has no meaning", 12},
        {"os_name == '\\0'", "this escape has no meaning", 12},
        {"os_name == '\\ud800'", "this escape has no meaning", 12},
        {"os_name == 'a\nb'", "a quoted text cannot hold a line break", 13},
        {"(", "a variable such as python_version, or a text in quotes, is expected", 1},
        {"(os_name == 'a'", "\"and\", \"or\" or a ) is expected", 15},
        {"os_name == 'a')", "\"and\", \"or\" or the end is expected", 14},
        {"os_name == 'a' and",
         "a variable such as python_version, or a text in quotes, is expected", 18},
        {"os_name == 'a' os_name == 'b'", "\"and\", \"or\" or the end is expected", 15},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct cog_fault fault;
        assert_null(cog_marker_parse(cases[i].text, &fault));
        assert_string_equal(fault.what, cases[i].what);
        assert_int_equal(fault.at, cases[i].at);
    }
}

/* `depth` parentheses around a comparison. */
static char *nested(int depth)
{
    char *text = cog_alloc((size_t)depth * 2 + 20);

    memset(text, '(', (size_t)depth);
    memcpy(text + depth, "os_name=='a'", 12);
    memset(text + depth + 12, ')', (size_t)depth);
    return text;
}

static void depth_is_limited(void **state)
{
    struct cog_fault fault;
    auto_free char *deep = nested(64), *deeper = nested(65);
    struct cog_marker *marker = cog_marker_parse(deep, &fault);

    (void)state;
    assert_non_null(marker);
    cog_marker_free(marker);
    assert_null(cog_marker_parse(deeper, &fault));
    assert_string_equal(fault.what, "too many parentheses within each other");
    assert_int_equal(fault.at, 64);
}

static void linux_is_described(void **state)
{
    static const struct {
        const char *text;
        enum cog_truth truth;
    } cases[] = {
        {"python_version >= '3.9' and python_version < '3.13'", COG_TRUE},
        {"python_full_version == '3.12.4'", COG_TRUE},
        {"'3.12.5' <= python_full_version", COG_FALSE},
        {"implementation_version == '3.12.4'", COG_TRUE},
        {"implementation_name == 'cpython' and python_implementation == 'CPython'",
         COG_TRUE},
        {"os_name == 'posix' and sys_platform == 'linux' and platform_system == 'Linux'",
         COG_TRUE},
        {"platform_machine == 'aarch64'", COG_TRUE},
        {"platform_machine in 'x86_64 arm64'", COG_FALSE},
        {"extra == 'cuda' or 'cuda' in extras or 'dev' in dependency_groups", COG_FALSE},
        {"sys_platform < 'win32'", COG_FALSE},
        {"platform_version == 'x'", COG_UNKNOWN},
        {"platform_release == 'x' and os_name == 'nt'", COG_FALSE},
        {"platform_release == 'x' or os_name == 'posix'", COG_TRUE},
        {"platform_release == 'x' and os_name == 'posix'", COG_UNKNOWN},
        {"os_name ~= 'posix'", COG_UNDEFINED},
        {"os_name == 'nt' and 'a' == 'b'", COG_UNDEFINED},
        {"extras == 'a' or os_name == 'posix'", COG_UNDEFINED},
    };
    struct cog_environment environment;

    (void)state;
    assert_int_equal(cog_environment_init(&environment, "3.12.4", "arm64"), 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(evaluate(cases[i].text, &environment), cases[i].truth);
    cog_environment_release(&environment);
}

static void a_minor_version_decides_what_it_can(void **state)
{
    static const struct {
        const char *text;
        enum cog_truth truth;
    } cases[] = {
        {"python_version == '3.12'", COG_TRUE},
        {"python_full_version >= '3.12'", COG_TRUE},
        {"python_full_version >= '3.8.1'", COG_TRUE},
        {"python_full_version < '3.13'", COG_TRUE},
        {"python_full_version < '3.12'", COG_FALSE},
        {"python_full_version == '3.12.*'", COG_TRUE},
        {"python_full_version != '3.9.7'", COG_TRUE},
        {"python_full_version == '3.12.4'", COG_UNKNOWN},
        {"python_full_version != '3.12.4.*'", COG_UNKNOWN},
        {"'3.12.4' > python_full_version", COG_UNKNOWN},
        {"python_full_version > '3.12.4'", COG_UNKNOWN},
        {"python_full_version === '3.12.4 '", COG_UNKNOWN},
        {"python_full_version in '3.12.4 3.12.5'", COG_UNKNOWN},
    };
    struct cog_environment environment;

    (void)state;
    assert_int_equal(cog_environment_init(&environment, "3.12", "amd64"), 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(evaluate(cases[i].text, &environment), cases[i].truth);
    cog_environment_release(&environment);
    assert_int_equal(cog_environment_init(&environment, NULL, "amd64"), 0);
    assert_int_equal(evaluate(cases[0].text, &environment), COG_UNKNOWN);
    assert_int_equal(evaluate(cases[1].text, &environment), COG_UNKNOWN);
    cog_environment_release(&environment);
    assert_int_equal(cog_environment_init(&environment, "three", "amd64"), -1);
}

static void extras_are_asked_for(void **state)
{
    static const char *const extras[] = {"Foo.Bar", NULL}, *const groups[] = {"dev", NULL};
    struct cog_environment environment;

    (void)state;
    assert_int_equal(cog_environment_init(&environment, NULL, "amd64"), 0);
    environment.extra = "foo-bar";
    environment.extras = extras;
    environment.dependency_groups = groups;
    assert_int_equal(evaluate("extra == 'Foo_Bar'", &environment), COG_TRUE);
    assert_int_equal(evaluate("'foo_bar' in extras", &environment), COG_TRUE);
    assert_int_equal(evaluate("'foo' not in extras", &environment), COG_TRUE);
    assert_int_equal(evaluate("'dev' in dependency_groups", &environment), COG_TRUE);
    environment.extras = NULL;
    assert_int_equal(evaluate("'foo' in extras", &environment), COG_UNKNOWN);
    cog_environment_release(&environment);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_canonical),
        cmocka_unit_test(a_fault_has_its_place),
        cmocka_unit_test(depth_is_limited),
        cmocka_unit_test(linux_is_described),
        cmocka_unit_test(a_minor_version_decides_what_it_can),
        cmocka_unit_test(extras_are_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
