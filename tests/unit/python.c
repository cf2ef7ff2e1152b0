/* python.c - what the lock that another detector chose says about Python. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the above */
#include <cmocka.h>
#include <stdlib.h>

#include "detect/detect.h"

static char *voices(const char *lock)
{
    struct cog_config config = {.file = "cog.yaml"};
    struct cog_diags diags;
    struct cog_toml_file *tables = NULL;
    json_t *facts = json_object();

    json_object_set_new(facts, "lock", json_loads(lock, 0, NULL));
    cog_diags_init(&diags, "test");
    const struct cog_scan scan = {"/nowhere", &config, facts, &diags, &tables};
    int result = cog_detect_python(&scan);
    char *text =
        json_dumps(json_object_get(facts, "python"), JSON_COMPACT | JSON_SORT_KEYS);
    assert_int_equal(result, diags.errors ? -1 : 0);
    if (result < 0) {
        free(text);
        text = NULL;
    }
    json_decref(facts);
    cog_toml_files_release(tables);
    cog_diags_release(&diags);
    return text;
}

static void test_lock(void **state)
{
    (void)state;
    char *text = voices("{\"file\":\"uv.lock\",\"requires_python\":\">=3.10, <3.14\"}");
    assert_string_equal(text, "[{\"origin\":{\"file\":\"uv.lock\"},\"specifier\":\">=3.10,"
                              "<3.14\",\"version\":null}]");
    free(text);
    text = voices("{\"file\":\"uv.lock\",\"requires_python\":null}");
    assert_string_equal(text, "[]");
    free(text);
    assert_null(voices("{\"file\":\"uv.lock\",\"requires_python\":\"3\"}"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lock),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
