/* toml.c - what TOML becomes in JSON, where everything is written, and what refusals say.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the above */
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "toml/toml.h"

static const struct {
    const char *text, *json;
} values[] = {
    {"", "{}"},
    {"b = 1\na = 2", "{\"b\":1,\"a\":2}"},
    {"[t]\nx.y = true\n[[l]]\n[[l]]\nz = 'q'",
     "{\"t\":{\"x\":{\"y\":true}},\"l\":[{},{\"z\":\"q\"}]}"},
    {"a = [inf, -inf, +nan, 1e400, 0x10, 1_0, 1.5]",
     "{\"a\":[\"inf\",\"-inf\",\"nan\",\"inf\",16,10,1.5]}"},
    {"a = [1979-05-27t07:32:00.12+00:00, 1979-05-27 07:32:00-07:30, 1979-05-27, "
     "00:00:00.1234567]",
     "{\"a\":[\"1979-05-27T07:32:00.120000Z\",\"1979-05-27T07:32:00-07:30\",\"1979-05-27\","
     "\"00:00:00.123456\"]}"},
    {"a = \"\"\"\r\nx\\\r\n  y\"\"\"", "{\"a\":\"xy\"}"},
    {"a = {b.c = 1, d = []}", "{\"a\":{\"b\":{\"c\":1},\"d\":[]}}"},
};

static void test_values(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        struct cog_diags diags;
        struct cog_toml toml;
        cog_diags_init(&diags, "test");
        int result =
            cog_toml_load(&toml, values[i].text, strlen(values[i].text), "x.toml", &diags);
        cog_diags_flush(&diags);
        assert_int_equal(result, 0);
        char *json = json_dumps(toml.value, JSON_COMPACT);
        assert_string_equal(json, values[i].json);
        free(json);
        cog_toml_release(&toml);
        cog_diags_release(&diags);
    }
}

static const char places_text[] = "# é\n"
                                  "top = \"é\"  # x\n"
                                  "[a.b]\n"
                                  "  \"é\" = [1, 'x',\r\n"
                                  "  2.5, true]\n"
                                  "d.e.f = {g = 1979-05-27}\n"
                                  "[a]\n"
                                  "[[list]]\n"
                                  " [[list]]\n";

static const struct {
    const char *path[5]; /* members; array items as "#index" */
    unsigned line, column;
} places[] = {
    {{"top"}, 2, 7},
    {{"a"}, 7, 1},
    {{"a", "b"}, 3, 1},
    {{"a", "b", "é"}, 4, 9},
    {{"a", "b", "é", "#0"}, 4, 10},
    {{"a", "b", "é", "#1"}, 4, 13},
    {{"a", "b", "é", "#2"}, 5, 3},
    {{"a", "b", "é", "#3"}, 0, 0},
    {{"a", "b", "d"}, 6, 1},
    {{"a", "b", "d", "e"}, 6, 1},
    {{"a", "b", "d", "e", "f"}, 6, 9},
    {{"list"}, 8, 1},
    {{"list", "#0"}, 8, 1},
    {{"list", "#1"}, 9, 2},
};

static const json_t *follow(const json_t *node, const char *const path[5])
{
    for (size_t i = 0; i < 5 && path[i]; i++)
        node = *path[i] == '#' ? json_array_get(node, strtoul(path[i] + 1, NULL, 10))
                               : json_object_get(node, path[i]);
    return node;
}

static void test_places(void **state)
{
    struct cog_diags diags;
    struct cog_toml toml;

    (void)state;
    cog_diags_init(&diags, "test");
    assert_int_equal(
        cog_toml_load(&toml, places_text, strlen(places_text), "x.toml", &diags), 0);
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        const json_t *node = follow(toml.value, places[i].path);
        assert_non_null(node);
        struct cog_pos at = cog_toml_at(&toml, node);
        assert_string_equal(at.file, "x.toml");
        assert_int_equal(at.line, places[i].line);
        assert_int_equal(at.column, places[i].column);
    }
    json_t *other = json_array();
    assert_int_equal(cog_toml_at(&toml, other).line, 0);
    json_decref(other);
    cog_toml_release(&toml);
    cog_diags_release(&diags);
}

/* What is refused, where, with which code and, where it names another place, which. */
static const struct {
    const char *text;
    unsigned line, column;
    const char *code, *says;
} refusals[] = {
    {"a = 1\na = 2", 2, 1, "toml.duplicate", "a is already defined on line 1"},
    {"x = true\n\"x\" = 2", 2, 1, "toml.duplicate", "\"x\" is already defined on line 1"},
    {"[t]\nb = 1\n[u]\n[t]", 4, 2, "toml.duplicate", "line 1"},
    {"[t.u]\nb = 1\n[t]\nu.c = 2", 4, 1, "toml.duplicate",
     "u is already defined on line 1"},
    {"i = {j = {}}\n[i.j.k]", 2, 2, "toml.duplicate", "i is already defined on line 1"},
    {"l = []\n[[l]]", 2, 3, "toml.duplicate", "l is already defined on line 1"},
    {"i = {j = false, j = 1}", 1, 17, "toml.duplicate", "j is already defined on line 1"},
    {"é = 1", 1, 1, "toml.syntax", "expected a key, found 'é'"},
    {"a = \"é\" b", 1, 9, "toml.syntax", "expected the end of the line, found b"},
    {"a = x.y", 1, 5, "toml.syntax", "found x.y"},
    {"a = 0755", 1, 5, "toml.syntax", "0o755"},
    {"a = 2023-02-29", 1, 5, "toml.syntax", "2023-02-29 is not a date"},
    {"a = 25:00:00", 1, 5, "toml.syntax", "25:00:00 is not a date"},
    {"a = [1 2]", 1, 8, "toml.syntax", "expected ',' or ']'"},
    {"a = {b = 1\n}", 1, 11, "toml.syntax", "found the end of the line"},
    {"a = \"b\n", 1, 5, "toml.syntax", "not closed"},
    {"\na = \'\'\'b\n", 2, 5, "toml.syntax", "''' ends it"},
    {"a = \"\\q\"", 1, 7, "toml.syntax", "after the backslash"},
    {"a = \"\\ud800\"", 1, 6, "toml.syntax", "\\ud800"},
    {"a = \"\x01\"", 1, 6, "toml.syntax", "the byte 0x01"},
    {"a = 1 # \x7f", 1, 9, "toml.syntax", "the byte 0x7f"},
    {"a = 1\rb = 2", 1, 6, "toml.syntax", "carriage return"},
    {"[a", 1, 3, "toml.syntax", "expected ] after the key, found the end of the file"},
    {"[[a]", 1, 5, "toml.syntax", "expected ]] after the key"},
    {"a 1", 1, 3, "toml.syntax", "expected '=' after the key, found 1"},
    {"a = 9223372036854775808", 1, 5, "toml.limit", "64 bits"},
    {"a = \"\\u0000\"", 1, 6, "toml.limit", "NUL"},
    {"é = 1\na = '\xff'", 2, 6, "toml.encoding", "0xff"},
    {"\xef\xbb\xbf", 1, 1, "toml.encoding", "byte order mark"},
};

/* What flushing writes to stderr; the caller frees it. */
static char *told(struct cog_diags *diags)
{
    FILE *file = tmpfile();
    int saved = dup(STDERR_FILENO);
    char *text = cog_alloc(1000);

    dup2(fileno(file), STDERR_FILENO);
    cog_diags_flush(diags);
    dup2(saved, STDERR_FILENO);
    close(saved);
    rewind(file);
    text[fread(text, 1, 999, file)] = '\0';
    fclose(file);
    return text;
}

static void test_refusals(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        struct cog_diags diags;
        struct cog_toml toml;
        cog_diags_init(&diags, "test");
        assert_int_equal(cog_toml_load(&toml, refusals[i].text, strlen(refusals[i].text),
                                       "x.toml", &diags),
                         -1);
        assert_null(toml.value);
        char *message = told(&diags);
        char *begin =
            cog_printf("x.toml:%u:%u: error: ", refusals[i].line, refusals[i].column);
        char *end = cog_printf(" [%s]\n", refusals[i].code);
        if (strncmp(message, begin, strlen(begin)) != 0 || !strstr(message, end) ||
            !strstr(message, refusals[i].says))
            fail_msg("row %zu: %s", i, message);
        free(message);
        free(begin);
        free(end);
        cog_diags_release(&diags);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
