/* outputs.c - options that say what becomes of a build. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the above */
#include <cmocka.h>
#include <stdlib.h>

#include "base/auto.h"
#include "buildkit/output.h"

/* Returns the option as JSON, or NULL; the caller frees it. */
typedef json_t *parser(const char *text, const char *option, struct cog_diags *diags);

struct row {
    const char *text, *expected; /* NULL: refused */
};

static void check(parser *parse, const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct cog_diags diags;
        cog_diags_init(&diags, "test");
        json_auto_t *parsed = parse(rows[i].text, "--option", &diags);
        auto_free char *text =
            parsed ? json_dumps(parsed, JSON_COMPACT | JSON_SORT_KEYS) : NULL;
        if (rows[i].expected)
            assert_string_equal(text ? text : "refused", rows[i].expected);
        else
            assert_null(text);
        assert_int_equal(diags.errors, !rows[i].expected);
        cog_diags_release(&diags);
    }
}

static void reads_outputs(void **state)
{
    static const struct row rows[] = {
        {"out", "{\"attrs\":{},\"dest\":\"out\",\"type\":\"local\"}"},
        {"-", "{\"attrs\":{},\"dest\":\"-\",\"type\":\"tar\"}"},
        {"type=oci", "{\"attrs\":{},\"dest\":\"-\",\"type\":\"oci\"}"},
        {"type=docker", "{\"attrs\":{},\"type\":\"docker\"}"},
        {"type=registry,\"name=a,b\"",
         "{\"attrs\":{\"name\":\"a,b\",\"push\":\"true\"},\"type\":\"image\"}"},
        {"type=image,push=,annotation.a=\"\"\"b\"\"\"",
         "{\"attrs\":{\"annotation.a\":\"\\\"b\\\"\",\"push\":\"\"},"
         "\"type\":\"image\"}"},
        {"type=local,dest=a=b", "{\"attrs\":{},\"dest\":\"a=b\",\"type\":\"local\"}"},
        {"", NULL},
        {"type=local", NULL},
        {"type=local,dest=-", NULL},
        {"type=zip", NULL},
        {"dest=x", NULL},
        {"type=oci,dest", NULL},
        {"a,b", NULL},
        {"=x", NULL},
    };

    (void)state;
    check(cog_output_parse, rows, sizeof rows / sizeof *rows);
}

static void reads_caches(void **state)
{
    static const struct row rows[] = {
        {"host/x:cache", "{\"attrs\":{\"ref\":\"host/x:cache\"},\"type\":\"registry\"}"},
        {"type=s3,bucket=b,region=r",
         "{\"attrs\":{\"bucket\":\"b\",\"region\":\"r\"},\"type\":\"s3\"}"},
        {"type=inline", "{\"attrs\":{},\"type\":\"inline\"}"},
        {"ref=x", NULL},
        {"", NULL},
    };

    (void)state;
    check(cog_cache_parse, rows, sizeof rows / sizeof *rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_outputs),
        cmocka_unit_test(reads_caches),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
