/* doc.c - JSON Pointers and positions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the above */
#include <cmocka.h>
#include <stdlib.h>

#include "base/doc.h"

static void test_at(void **state)
{
    json_auto_t *doc =
        json_pack("{s:{s:s, s:{s:[i,i], s:[i,i]}}}", "source", "file", "cog.yaml",
                  "positions", "/build", 2, 3, "/build/run/1", 7, 9);
    struct cog_pos at = cog_doc_at(doc, "/build/run/1");

    (void)state;
    assert_string_equal(at.file, "cog.yaml");
    assert_int_equal(at.line, 7);
    assert_int_equal(at.column, 9);
    at = cog_doc_at(doc, "/build/run/0"); /* the nearest part above it */
    assert_int_equal(at.line, 2);
    at = cog_doc_at(doc, "/predict");
    assert_string_equal(at.file, "cog.yaml");
    assert_int_equal(at.line, 0);
}

static void test_text(void **state)
{
    static const struct {
        const char *text, *file;
        unsigned line, column;
    } rows[] = {
        {"cog.yaml:4:7", "cog.yaml", 4, 7},
        {"requirements.txt:3", "requirements.txt", 3, 0},
        {"cog.yaml", "cog.yaml", 0, 0},
        {"a:b", "a:b", 0, 0},
        {"a:b:3", "a:b", 3, 0},
        {"a:3x", "a:3x", 0, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *file;
        struct cog_pos at = cog_pos_parse(rows[i].text, &file);
        char *text = cog_pos_text(at);
        assert_string_equal(at.file, rows[i].file);
        assert_int_equal(at.line, rows[i].line);
        assert_int_equal(at.column, rows[i].column);
        assert_string_equal(text, rows[i].text);
        free(text);
        free(file);
    }
}

static void test_pointer(void **state)
{
    char *member = cog_pointer_member("/a", "b/c~d"), *index = cog_pointer_index("/a", 12);

    (void)state;
    assert_string_equal(member, "/a/b~1c~0d"); /* RFC 6901, section 3 */
    assert_string_equal(index, "/a/12");
    free(member);
    free(index);
}

static void test_depth(void **state)
{
    struct cog_diags diags;
    char text[300] = {0};

    (void)state;
    cog_diags_init(&diags, "test");
    for (size_t i = 0; i < 70; i++)
        text[5 + i] = '[', text[5 + 70 + i] = ']';
    text[0] = '{', text[1] = '"', text[2] = 'a', text[3] = '"', text[4] = ':',
    text[145] = '}';
    assert_null(cog_doc_parse(text, 146, "test", &diags));
    assert_int_equal(diags.errors, 1);
    cog_diags_release(&diags);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_at),
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_pointer),
        cmocka_unit_test(test_depth),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
