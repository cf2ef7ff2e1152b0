/* output.c - what people see of an output: texts, files and their names, JSON. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/auto.h"
#include "predict/output.h"

static const char concatenated[] =
    "{\"components\":{\"schemas\":{\"Output\":{\"type\":\"array\",\"x-cog-array-display\":"
    "\"concatenate\"}}}}";

/* What goes to the named file "out.txt", or is in the way of it. */
static void outputs_are_written(void **state)
{
    static const struct {
        const char *output, *file, *text; /* `text` NULL: refused */
    } cases[] = {
        {"\"hello\"", "out.txt", "hello\n"},
        {"\"https://example.com/x.png\"", "out.txt", "https://example.com/x.png\n"},
        {"\"data:text/plain;base64,aGk=\"", "out.txt", "hi"},
        {"[\"data:,one\",\"data:,two\"]", "out.1.txt", "two"},
        {"[\"data:,one\",\"two\"]", "out.txt", "[\n  \"data:,one\",\n  \"two\"\n]\n"},
        {"[\"one\",\"two\"]", "out.txt", "onetwo\n"},
        {"{\"a\":0.1}", "out.txt", "{\n  \"a\": 0.1\n}\n"},
        {"[]", "out.txt", "\n"},
        {"\"data:text/plain;base64,!\"", "out.txt", NULL}, /* predict.output */
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        json_auto_t *openapi = json_loads(concatenated, 0, NULL);
        json_auto_t *output = json_loads(cases[i].output, JSON_DECODE_ANY, NULL);
        struct cog_diags diags;
        char text[64] = "";
        bool joined = strchr("[", cases[i].output[0]) && !strstr(cases[i].output, "data:");
        cog_diags_init(&diags, "test");
        (void)unlink(cases[i].file);
        int result = cog_output_write(output, joined ? openapi : NULL, "out.txt", &diags);
        assert_int_equal(result, cases[i].text ? 0 : -1);
        auto_fclose FILE *stream = fopen(cases[i].file, "r");
        assert_int_equal(stream != NULL, cases[i].text != NULL);
        size_t size = stream ? fread(text, 1, sizeof text - 1, stream) : 0;
        assert_string_equal(text, cases[i].text ? cases[i].text : "");
        assert_true(size < sizeof text);
        cog_diags_release(&diags);
    }
}

/* Below a folder, and never over what is there. */
static void folders_are_filled(void **state)
{
    static const struct {
        const char *output, *file;
    } cases[] = {
        {"\"hello\"", "out/output.txt"},
        {"\"again\"", "out/output.1.txt"},
        {"{}", "out/output.json"},
        {"\"data:image/png;base64,aGk=\"", "out/output.png"},
        {"[\"data:,one\",\"data:image/png,two\"]", "out/output.1.png"},
    };

    (void)state;
    assert_int_equal(mkdir("out", 0755), 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        json_auto_t *output = json_loads(cases[i].output, JSON_DECODE_ANY, NULL);
        struct cog_diags diags;
        cog_diags_init(&diags, "test");
        assert_int_equal(cog_output_write(output, NULL, "out", &diags), 0);
        assert_int_equal(access(cases[i].file, R_OK), 0);
        cog_diags_release(&diags);
    }
    (void)unlink("out/output.0.bin");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        (void)unlink(cases[i].file);
    assert_int_equal(rmdir("out"), 0);
}

static int go_to_folder(void **state)
{
    static char folder[] = "/tmp/cog-output-XXXXXX";

    *state = mkdtemp(folder);
    return *state ? chdir(folder) : -1;
}

static int remove_folder(void **state)
{
    (void)unlink("out.txt");
    (void)unlink("out.0.txt");
    (void)unlink("out.1.txt");
    return chdir("/") == 0 ? rmdir(*state) : -1;
}

int main(void)
{
    static const struct CMUnitTest tests[] = {cmocka_unit_test(outputs_are_written),
                                              cmocka_unit_test(folders_are_filled)};
    return cmocka_run_group_tests(tests, go_to_folder, remove_folder);
}
