/* catalog.c - which base image is taken, what one is said to hold, and faulty rows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the above */
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "versions/resolver.h"

static struct cog_tables data;

static int load(void **state)
{
    struct cog_diags diags;

    (void)state;
    cog_diags_init(&diags, "test");
    int result = cog_tables_load(&data, NULL, NULL, &diags);
    cog_diags_release(&diags);
    return result;
}

static int release(void **state)
{
    (void)state;
    cog_tables_release(&data);
    return 0;
}

static const struct cog_table *images(void)
{
    return &data.by_name[COG_TABLE_BASE_IMAGES];
}

static void is_text(const char *text, const char *expected)
{
    if (expected)
        assert_string_equal(text, expected);
    else
        assert_null(text);
}

static void images_are_chosen(void **state)
{
    static const struct {
        const char *cuda, *cudnn, *python, *image;
    } cases[] = {
        {NULL, NULL, "3.13", "python:3.13-slim-trixie"},
        {NULL, NULL, "3.99", "python:3.99-slim-trixie"},
        {NULL, NULL, "3.12.11", "python:3.12.11-slim-trixie"},
        {NULL, NULL, "3.12.4", "python:3.12.4-slim-bookworm"},
        {NULL, NULL, "3.11.1", "python:3.11.1-slim-bullseye"},
        {"12.4", "", NULL, "nvidia/cuda:12.4.1-cudnn-runtime-ubuntu22.04"},
        {"12.4", "9", "3.10", "nvidia/cuda:12.4.1-cudnn-runtime-ubuntu22.04"},
        {"12.4", NULL, "3.10", "nvidia/cuda:12.4.1-runtime-ubuntu22.04"},
        {"12.0.0", NULL, "3.10", "nvidia/cuda:12.0.0-runtime-ubuntu22.04"},
        {"12.0", NULL, "3.10", "nvidia/cuda:12.0.1-runtime-ubuntu22.04"},
        {"12.4", "8", NULL, "nvidia/cuda:12.2.2-cudnn8-runtime-ubuntu22.04"},
        {"12.3", "8.9", NULL, "nvidia/cuda:12.2.2-cudnn8-runtime-ubuntu22.04"},
        {"12.7", "", NULL, "nvidia/cuda:12.6.3-cudnn-runtime-ubuntu24.04"},
        {"12.7", "", "3.10", "nvidia/cuda:12.6.3-cudnn-runtime-ubuntu22.04"},
        {"12", "9", NULL, "nvidia/cuda:12.9.1-cudnn-runtime-ubuntu24.04"},
        {"12", "9", "3.10", "nvidia/cuda:12.9.1-cudnn-runtime-ubuntu22.04"},
        {"11.2", "8.1", NULL, "nvidia/cuda:11.7.1-cudnn8-runtime-ubuntu22.04"},
        {"12", "9", "3.11", NULL},
        {"11.8", "9", NULL, NULL},
        {"14.0", NULL, NULL, NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct cog_base_need need = {.cuda = cases[i].cuda, .cudnn = cases[i].cudnn};
        struct cog_base base;
        bool found = cog_catalog_choose(images(), &need, cases[i].python, &base);
        assert_int_equal(found, cases[i].image != NULL);
        is_text(base.image, cases[i].image);
        cog_base_release(&base);
    }
}

static void pythons_are_listed(void **state)
{
    static const struct {
        const char *cuda, *cudnn, *pythons;
    } cases[] = {
        {"12", "9", "3.10 3.12"}, {"12.4", "9", "3.10"}, {"12.7", "9", "3.10 3.12"},
        {"12.3", "8.9", "3.10"},  {"14", NULL, ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct cog_base_need need = {.cuda = cases[i].cuda, .cudnn = cases[i].cudnn};
        auto_free char *pythons = cog_catalog_pythons(images(), &need);
        assert_string_equal(pythons, cases[i].pythons);
    }
    auto_free char *any = cog_catalog_pythons(images(), &(struct cog_base_need){0});
    assert_string_equal(any, "*");
}

static void names_tell_what_is_held(void **state)
{
    static const struct {
        const char *name, *python, *cuda, *cudnn;
        bool apt;
    } cases[] = {
        {"python:3.12-slim", "3.12", NULL, NULL, false},
        {"python:3.12-slim-trixie", "3.12", NULL, NULL, false},
        {"python:3.12.4-slim-bookworm", "3.12.4", NULL, NULL, false},
        {"docker.io/library/python:3.12-slim", "3.12", NULL, NULL, false},
        {"python:3.12.1", "3.12.1", NULL, NULL, false},
        {"python:3.12-slim@sha256:"
         "0123456789012345678901234567890123456789012345678901234567890123",
         "3.12", NULL, NULL, false},
        {"nvidia/cuda:12.4.1-cudnn-runtime-ubuntu22.04", "3.10", "12.4.1", "9", true},
        {"nvidia/cuda:12.4.1-cudnn-devel-ubuntu22.04", "3.10", "12.4.1", "9", true},
        {"nvidia/cuda:12.6.0-base-ubuntu24.04", "3.12", "12.6.0", NULL, true},
        {"nvidia/cuda:12.4.9-runtime-ubuntu22.04", NULL, NULL, NULL, false},
        {"r8.im/cog-base:python3.11", "3.11", NULL, NULL, false},
        {"r8.im/cog-base:python3.9", NULL, NULL, NULL, false},
        {"r8.im/cog-base:python3.11-torch2.4.1", "3.11", NULL, NULL, false},
        {"r8.im/cog-base:cuda12.1-python3.11-torch2.3.1", "3.11", "12.1", NULL, false},
        {"r8.im/cog-base:cuda12.1-python3.11", "3.11", "12.1", NULL, false},
        {"r8.im/cog-base:latest", NULL, NULL, NULL, false},
        {"python:3.12-slimmer", NULL, NULL, NULL, false},
        {"python:33333333333333333", NULL, NULL, NULL, false},
        {"python", NULL, NULL, NULL, false},
        {"python:3", NULL, NULL, NULL, false},
        {"python:3.", NULL, NULL, NULL, false},
        {"Python:3.12", NULL, NULL, NULL, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct cog_base base;
        bool found = cog_catalog_find(images(), cases[i].name, &base);
        assert_int_equal(found, cases[i].python != NULL);
        is_text(base.python, cases[i].python);
        is_text(base.cuda, cases[i].cuda);
        is_text(base.cudnn, cases[i].cudnn);
        assert_int_equal(base.apt, cases[i].apt);
        cog_base_release(&base);
    }
}

static void faulty_rows_are_refused(void **state)
{
    static const struct {
        const char *row[COG_TABLE_COLUMNS];
        int column; /* -1: nothing is wrong */
    } cases[] = {
        {{"a:1", "-", "3.11", "image", "-", "-", "plan"}, -1},
        {{"a:1", "a:dev", "3.11 3.12", "apt", "12.4.1", "9", "plan"}, -1},
        {{"a:{python}-{cuda}", "-", "*", "image", "*", "9.1", "plan"}, -1},
        {{"a:{torch}", "-", "3.11", "image", "-", "-", "base"}, -1},
        {{"a:{torch}", "-", "3.11", "image", "-", "-", "plan"}, COG_BASE_IMAGE},
        {{"a:1", "-", "*", "image", "-", "-", "plan"}, COG_BASE_IMAGE},
        {{"a:{cuda}", "-", "3.11", "image", "-", "-", "plan"}, COG_BASE_IMAGE},
        {{"a:1", "-", "3.11", "image", "12.4 12.5", "-", "plan"}, COG_BASE_IMAGE},
        {{"a:{cuda}", "a:dev", "3.11", "image", "*", "-", "plan"}, COG_BASE_BUILD},
        {{"a:{any}", "-", "3.11", "image", "-", "-", "plan"}, COG_BASE_IMAGE},
        {{"A:1", "-", "3.11", "image", "-", "-", "plan"}, COG_BASE_IMAGE},
        {{"", "-", "3.11", "image", "-", "-", "plan"}, COG_BASE_IMAGE},
        {{"docker.io/a:1", "-", "3.11", "image", "-", "-", "plan"}, COG_BASE_IMAGE},
        {{"a:1", "", "3.11", "image", "-", "-", "plan"}, COG_BASE_BUILD},
        {{"a:1", "-", "3", "image", "-", "-", "plan"}, COG_BASE_PYTHON},
        {{"a:1", "-", "3.11  3.12", "image", "-", "-", "plan"}, COG_BASE_PYTHON},
        {{"a:1", "-", "3.11 ", "image", "-", "-", "plan"}, COG_BASE_PYTHON},
        {{"a:1", "-", ">=3.11", "image", "-", "-", "plan"}, COG_BASE_PYTHON},
        {{"a:1", "-", "3..11", "image", "-", "-", "plan"}, COG_BASE_PYTHON},
        {{"a:1", "-", "", "image", "-", "-", "plan"}, COG_BASE_PYTHON},
        {{"a:1", "-", "3.11", "uv", "-", "-", "plan"}, COG_BASE_SOURCE},
        {{"a:1", "-", "3.11", "image", "cu124", "-", "plan"}, COG_BASE_CUDA},
        {{"a:1", "-", "3.11", "image", "-", "9 8", "plan"}, COG_BASE_CUDNN},
        {{"a:1", "-", "3.11", "image", "-", "-", "run"}, COG_BASE_USE},
        {{"a:{python}", "-", "3.11.4+ 3.12+", "image", "-", "-", "plan"}, -1},
        {{"a:1", "-", "3.11+", "image", "-", "-", "plan"}, COG_BASE_IMAGE},
        {{"a:{python}", "-", "+", "image", "-", "-", "plan"}, COG_BASE_PYTHON},
        {{"a:{cuda}", "-", "3.11", "image", "12.4+", "-", "plan"}, COG_BASE_CUDA},
        {{"a:1", "-", "3.11", "image", "-", "-", "plan", "Bookworm"}, COG_BASE_SUITE},
        {{"a:1", "-", "3.11", "image", "-", "-", "plan", ""}, COG_BASE_SUITE},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t column = 0;
        const char *row[COG_TABLE_COLUMNS];
        memcpy(row, cases[i].row, sizeof row);
        if (!row[COG_BASE_SUITE])
            row[COG_BASE_SUITE] = "-";
        const char *fault = cog_catalog_fault(row, &column);
        assert_int_equal(fault ? (int)column : -1, cases[i].column);
    }
}

/* "IMAGE python cuda cudnn build source suite", or "refused". */
static void options_are_read(void **state)
{
    static const struct {
        const char *option, *read;
    } cases[] = {
        {"a:1", "a:1 (null) (null) (null) (null) image"},
        {"a:1,python=3.11", "a:1 3.11 (null) (null) (null) image"},
        {"a:1,cuda=12.4.1,cudnn=9,source=apt,python=3.11,build=a:dev",
         "a:1 3.11 12.4.1 9 a:dev apt"},
        {"a:1,suite=bookworm", "a:1 (null) (null) (null) (null) image bookworm"},
        {"a:1,suite=", "refused"},
        {"a:1,suite=Debian 12", "refused"},
        {"", "refused"},
        {"A", "refused"},
        {"a:1,", "refused"},
        {"a:1,python", "refused"},
        {"a:1,python=3", "refused"},
        {"a:1,python=*", "refused"},
        {"a:1,python=3.11,python=3.12", "refused"},
        {"a:1,cuda=", "refused"},
        {"a:1,source=image", "refused"},
        {"a:1,build=A", "refused"},
        {"a:1,uv=1", "refused"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct cog_diags diags;
        struct cog_base base;
        cog_diags_init(&diags, "test");
        int result = cog_base_parse(&base, cases[i].option, &diags);
        auto_free char *read = cog_printf(
            "%s %s %s %s %s %s%s%s", base.image, base.python ? base.python : "(null)",
            base.cuda ? base.cuda : "(null)", base.cudnn ? base.cudnn : "(null)",
            base.build ? base.build : "(null)", base.apt ? "apt" : "image",
            base.suite ? " " : "", base.suite ? base.suite : "");
        assert_string_equal(result == 0 ? read : "refused", cases[i].read);
        assert_int_equal(diags.errors, result != 0);
        cog_base_release(&base);
        cog_diags_release(&diags);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(images_are_chosen),
        cmocka_unit_test(pythons_are_listed),
        cmocka_unit_test(names_tell_what_is_held),
        cmocka_unit_test(faulty_rows_are_refused),
        cmocka_unit_test(options_are_read),
    };
    return cmocka_run_group_tests(tests, load, release);
}
