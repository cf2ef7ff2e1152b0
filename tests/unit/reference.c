/* reference.c - names of images, by the examples of the distribution project and ours. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "model/reference.h"

#define SHA "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static void names_are_normalised(void **state)
{
    static const struct {
        const char *text, *full, *familiar;
    } cases[] = {
        {"python", "docker.io/library/python:latest", "python:latest"},
        {"python:3.13-slim", "docker.io/library/python:3.13-slim", "python:3.13-slim"},
        {"library/python:3", "docker.io/library/python:3", "python:3"},
        {"nvidia/cuda:12.4.1-cudnn-devel-ubuntu22.04",
         "docker.io/nvidia/cuda:12.4.1-cudnn-devel-ubuntu22.04",
         "nvidia/cuda:12.4.1-cudnn-devel-ubuntu22.04"},
        {"index.docker.io/python", "docker.io/library/python:latest", "python:latest"},
        {"docker.io/a/b:t", "docker.io/a/b:t", "a/b:t"},
        {"localhost/a", "localhost/a:latest", "localhost/a:latest"},
        {"localhost:5000/a/b:t", "localhost:5000/a/b:t", "localhost:5000/a/b:t"},
        {"127.0.0.1:5000/a__b/c-d--e.f", "127.0.0.1:5000/a__b/c-d--e.f:latest",
         "127.0.0.1:5000/a__b/c-d--e.f:latest"},
        {"[::1]:5000/a", "[::1]:5000/a:latest", "[::1]:5000/a:latest"},
        {"ghcr.io/x/y@" SHA, "ghcr.io/x/y@" SHA, "ghcr.io/x/y@" SHA},
        {"python:3@" SHA, "docker.io/library/python:3@" SHA, "python:3@" SHA},
        {"library/library/x", "docker.io/library/library/x:latest",
         "library/library/x:latest"},
        {"Host/x", "Host/x:latest", "Host/x:latest"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct cog_reference ref;
        const char *reason;
        assert_int_equal(cog_reference_parse(&ref, cases[i].text, &reason), 0);
        auto_free char *full = cog_reference_full(&ref);
        auto_free char *familiar = cog_reference_familiar(&ref);
        assert_string_equal(full, cases[i].full);
        assert_string_equal(familiar, cases[i].familiar);
        cog_reference_release(&ref);
    }
}

static void bad_names_are_refused(void **state)
{
    static const struct {
        const char *text, *reason;
    } cases[] = {
        {"", "the repository's name"},
        {"Python", "lower case"},
        {"a//b", "the repository's name"},
        {"a/b/", "the repository's name"},
        {"a___b", "the repository's name"},
        {"a..b", "the repository's name"},
        {"-a", "the repository's name"},
        {"a b", "the repository's name"},
        {"a:", "tag"},
        {"a:.t", "tag"},
        {"a:-t", "tag"},
        {"a:t:u", "tag"},
        {"a@sha256:12", "digest"},
        {"a@sha512:12", "digest"},
        {"a@" SHA "@" SHA, "digest"},
        {"-host.io/a", "host"},
        {"host-.io/a", "host"},
        {"host..io/a", "host"},
        {"host.io:/a", "host"},
        {"host.io:x/a", "host"},
        {"[::1/a", "host"},
        {"[::1]x:1/a", "host"},
        {"https://host.io/a", "host"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct cog_reference ref;
        const char *reason = NULL;
        assert_int_equal(cog_reference_parse(&ref, cases[i].text, &reason), -1);
        assert_non_null(strstr(reason, cases[i].reason));
        assert_null(ref.path);
    }
}

static void lengths_are_limited(void **state)
{
    struct cog_reference ref;
    const char *reason = NULL;
    char text[300] = {0};

    (void)state;
    memset(text, 'a', 246); /* and "docker.io/x/" before it */
    auto_free char *long_name = cog_printf("x/%s", text);
    assert_int_equal(cog_reference_parse(&ref, long_name, &reason), -1);
    memset(text, 'b', 128);
    text[128] = '\0';
    auto_free char *long_tag = cog_printf("a:%s", text);
    assert_int_equal(cog_reference_parse(&ref, long_tag, &reason), 0);
    cog_reference_release(&ref);
    text[128] = 'b';
    text[129] = '\0';
    auto_free char *longer_tag = cog_printf("a:%s", text);
    assert_int_equal(cog_reference_parse(&ref, longer_tag, &reason), -1);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_normalised),
        cmocka_unit_test(bad_names_are_refused),
        cmocka_unit_test(lengths_are_limited),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
