/* inputs.c - inputs of predictions: texts to values, and the check against a schema. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "base/diag.h"
#include "predict/coercion.h"
#include "predict/inputs.h"
#include "predict/request.h"

/* As the schema reader writes it. */
static const char document[] =
    "{\"components\":{\"schemas\":{"
    "\"size\":{\"enum\":[\"small\",\"large\"],\"type\":\"string\"},"
    "\"level\":{\"enum\":[1,2]},"
    "\"loop\":{\"anyOf\":[{\"$ref\":\"#/components/schemas/loop\"}]},"
    "\"round\":{\"$ref\":\"#/components/schemas/round\"},"
    "\"Input\":{\"required\":[\"text\"],\"properties\":{"
    "\"text\":{\"type\":\"string\",\"minLength\":2,\"maxLength\":4},"
    "\"code\":{\"type\":\"string\",\"pattern\":\"^[a-z\\\\d]+$\"},"
    "\"lazy\":{\"type\":\"string\",\"pattern\":\"^a+?$\"},"
    "\"end\":{\"type\":\"string\",\"pattern\":\"a\\\\Z\"},"
    "\"count\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":9007199254740993},"
    "\"large\":{\"type\":\"integer\",\"minimum\":9007199254740993},"
    "\"speed\":{\"type\":\"number\",\"enum\":[1.0,2.5]},"
    "\"ratio\":{\"type\":\"number\",\"maximum\":1.5},"
    "\"flag\":{\"type\":\"boolean\"},"
    "\"maybe\":{\"type\":\"integer\",\"nullable\":true},"
    "\"file\":{\"type\":\"string\",\"format\":\"uri\"},"
    "\"size\":{\"allOf\":[{\"$ref\":\"#/components/schemas/size\"}]},"
    "\"level\":{\"allOf\":[{\"$ref\":\"#/components/schemas/level\"}]},"
    "\"loop\":{\"$ref\":\"#/components/schemas/loop\"},"
    "\"round\":{\"$ref\":\"#/components/schemas/round\"},"
    "\"names\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}},"
    "\"counts\":{\"type\":\"array\",\"items\":{\"type\":\"integer\"}},"
    "\"options\":{\"type\":\"object\"},"
    "\"either\":{\"anyOf\":[{\"type\":\"string\"},{\"type\":\"integer\"}]},"
    "\"anything\":{}"
    "}}}}}";

/* The codes that the check reports, with spaces between; the caller frees it. */
static char *codes(const char *json)
{
    json_auto_t *openapi = json_loads(document, 0, NULL),
                *inputs = json_loads(json, 0, NULL);
    struct cog_diags diags;
    FILE *stream, *saved = stderr;
    char *text;
    size_t size;

    assert_non_null(openapi);
    assert_non_null(inputs);
    cog_diags_init(&diags, "test");
    int result = cog_inputs_check(openapi, inputs, &diags);
    assert_int_equal(result, diags.errors ? -1 : 0);
    stream = open_memstream(&text, &size);
    assert_non_null(stream);
    stderr = stream; /* glibc lets it be assigned: what a user would see */
    cog_diags_flush(&diags);
    stderr = saved;
    assert_int_equal(fclose(stream), 0);
    cog_diags_release(&diags);
    return text;
}

static void inputs_are_checked(void **state)
{
    static const struct {
        const char *inputs, *said; /* NULL: nothing */
    } cases[] = {
        {"{\"text\":\"abc\"}", NULL},
        {"{}", "missing required input \"text\" [predict.input.missing]"},
        {"{\"text\":\"a\"}",
         "\"text\": must have at least 2 characters [predict.input.length]"},
        {"{\"text\":\"äöüß\"}", NULL},
        {"{\"text\":\"abcde\"}", "\"text\": must have at most 4 characters"},
        {"{\"text\":1}", "\"text\": expected string, got integer [predict.input.type]"},
        {"{\"text\":null}", "\"text\": must not be null [predict.input.null]"},
        {"{\"text\":\"abc\",\"code\":\"a1\"}", NULL},
        {"{\"text\":\"abc\",\"code\":\"A1\"}",
         "\"code\": must match ^[a-z\\d]+$ [predict.input.pattern]"},
        {"{\"text\":\"abc\",\"lazy\":\"b\"}",
         "\"lazy\": must match ^a+?$ [predict.input.pattern]"},
        {"{\"text\":\"abc\",\"lazy\":\"\u00e9\"}", NULL},
        {"{\"text\":\"abc\",\"end\":\"b\"}", NULL},
        {"{\"text\":\"abc\",\"count\":9007199254740993}", NULL},
        {"{\"text\":\"abc\",\"count\":9007199254740994}",
         "at most 9007199254740993 [predict.input.range]"},
        {"{\"text\":\"abc\",\"large\":9007199254740992}",
         "at least 9007199254740993 [predict.input.range]"},
        {"{\"text\":\"abc\",\"speed\":1}", NULL},
        {"{\"text\":\"abc\",\"speed\":2}", "\"speed\": must be one of: 1.0, 2.5"},
        {"{\"text\":\"abc\",\"count\":0}", "\"count\": must be at least 1"},
        {"{\"text\":\"abc\",\"count\":true}", "\"count\": expected integer, got boolean"},
        {"{\"text\":\"abc\",\"count\":1.0}", "\"count\": expected integer, got number"},
        {"{\"text\":\"abc\",\"ratio\":1}", NULL},
        {"{\"text\":\"abc\",\"ratio\":1.6}", "\"ratio\": must be at most 1.5"},
        {"{\"text\":\"abc\",\"maybe\":null}", NULL},
        {"{\"text\":\"abc\",\"file\":\"x.png\"}",
         "\"file\": expected a file (@PATH) or a URL"},
        {"{\"text\":\"abc\",\"file\":\"https://h/x.png\"}", NULL},
        {"{\"text\":\"abc\",\"size\":\"big\"}",
         "\"size\": must be one of: small, large [predict.input.choice]"},
        {"{\"text\":\"abc\",\"level\":3}", "\"level\": must be one of: 1, 2"},
        {"{\"text\":\"abc\",\"loop\":1,\"round\":2}", NULL},
        {"{\"text\":\"abc\",\"counts\":[1,\"2\"]}",
         "\"counts\": item 2: expected integer, got string"},
        {"{\"text\":\"abc\",\"either\":[]}",
         "\"either\": expected one of string, integer, got array"},
        {"{\"text\":\"abc\",\"anything\":null}", NULL},
        {"{\"text\":\"abc\",\"conut\":1}",
         "unknown input \"conut\"; did you mean \"count\"? (the model takes text,"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        auto_free char *text = codes(cases[i].inputs);
        if (!cases[i].said)
            assert_string_equal(text, "");
        else if (!strstr(text, cases[i].said))
            fail_msg("%s: %s", cases[i].inputs, text);
    }
}

static void texts_become_values(void **state)
{
    static const struct {
        const char *text, *again,
            *json; /* `again`: NULL or a second one of the same name */
    } cases[] = {
        {"text=12", NULL, "{\"text\":\"12\"}"},
        {"text=@someone", NULL, "{\"text\":\"@someone\"}"},
        {"text=a=b", NULL, "{\"text\":\"a=b\"}"},
        {"text=null", NULL, "{\"text\":\"null\"}"},
        {"count=9007199254740993", NULL, "{\"count\":9007199254740993}"},
        {"count=99999999999999999999", NULL, "{\"count\":\"99999999999999999999\"}"},
        {"count= 1", NULL, "{\"count\":\" 1\"}"},
        {"count=1x", NULL, "{\"count\":\"1x\"}"},
        {"count=1", "count=2", "{\"count\":[1,2]}"},
        {"ratio=1", NULL, "{\"ratio\":1}"},
        {"ratio=0.5", NULL, "{\"ratio\":0.5}"},
        {"ratio=nan", NULL, "{\"ratio\":\"nan\"}"},
        {"flag=True", NULL, "{\"flag\":true}"},
        {"flag=1", NULL, "{\"flag\":\"1\"}"},
        {"maybe=null", NULL, "{\"maybe\":null}"},
        {"level=2", NULL, "{\"level\":2}"},
        {"level=3", NULL, "{\"level\":\"3\"}"},
        {"names=a", NULL, "{\"names\":[\"a\"]}"},
        {"names=[\"a\",\"b\"]", NULL, "{\"names\":[\"a\",\"b\"]}"},
        {"counts=1", "counts=2", "{\"counts\":[1,2]}"},
        {"options={\"a\":1}", NULL, "{\"options\":{\"a\":1}}"},
        {"options=[1]", NULL, "{\"options\":\"[1]\"}"},
        {"either=5", NULL, "{\"either\":5}"},
        {"either=five", NULL, "{\"either\":\"five\"}"},
        {"unknown=5", NULL, "{\"unknown\":\"5\"}"},
    };
    json_auto_t *openapi = json_loads(document, 0, NULL);

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct cog_requests requests = {0};
        struct cog_diags diags;
        cog_diags_init(&diags, "test");
        assert_int_equal(cog_requests_add_text(&requests, cases[i].text, &diags), 0);
        if (cases[i].again)
            assert_int_equal(cog_requests_add_text(&requests, cases[i].again, &diags), 0);
        json_auto_t *inputs = cog_inputs_coerce(openapi, requests.texts, &diags);
        auto_free char *json = json_dumps(inputs, JSON_COMPACT | JSON_REAL_PRECISION(3));
        assert_string_equal(json, cases[i].json);
        cog_requests_release(&requests);
        cog_diags_release(&diags);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(inputs_are_checked),
        cmocka_unit_test(texts_become_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
