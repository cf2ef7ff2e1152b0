/* reader.c - objects are found in a stream, however it is cut and whatever is broken. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "predict/reader.h"

/* "LINE<TEXT> LINE<TEXT>", when `piece` bytes at a time can be read. */
static char *objects_of(const char *text, size_t piece)
{
    struct cog_reader reader;
    struct cog_diags diags;
    const char *object;
    char *all;
    size_t size, length = strlen(text);
    unsigned line;
    int ends[2];
    FILE *stream = open_memstream(&all, &size);

    cog_diags_init(&diags, "test");
    assert_int_equal(pipe(ends), 0);
    cog_reader_init(&reader, ends[0]);
    do {
        size_t part = length < piece ? length : piece;
        assert_int_equal(write(ends[1], text, part), part);
        text += part;
        length -= part;
        if (part == 0)
            (void)close(ends[1]);
        assert_int_equal(cog_reader_fill(&reader, &diags), 0);
        size_t got;
        while (cog_reader_next(&reader, &object, &got, &line))
            (void)fprintf(stream, "%u<%.*s> ", line, (int)got, object);
    } while (!reader.ended);
    assert_true(cog_reader_is_empty(&reader));
    cog_reader_release(&reader);
    (void)close(ends[0]);
    (void)fclose(stream);
    return all;
}

static void objects_are_found(void **state)
{
    static const struct {
        const char *text, *objects;
    } rows[] = {
        {"", ""},
        {" \n\n ", ""},
        {"{}\n{\"a\":1}\n", "1<{}> 2<{\"a\":1}> "},
        {"{}", "1<{}> "},
        {"\r\n{}\r\n{}\r\n", "2<{}> 3<{}> "},
        {"{}{}  {}", "1<{}> 1<{}> 1<{}> "},
        {"{\n \"a\": [\n  {\"b\": {}}\n ]\n}\n{}",
         "1<{\n \"a\": [\n  {\"b\": {}}\n ]\n}> 6<{}> "},
        {"{\"}{\\\"}\":\"\\\\\"}{}", "1<{\"}{\\\"}\":\"\\\\\"}> 1<{}> "},
        {"{\"a\":{\n{}\n", "1<{\"a\":{\n> 2<{}> "},
        {"{\"a\":\"x\n{}\n", "1<{\"a\":\"x\n> 2<{}> "},
        {"nonsense\n{}\n", "1<nonsense\n> 2<{}> "},
        {"}\n{}\n", "1<}\n> 2<{}> "},
        {"[{},{}]\n7\n", "1<[{},{}]> 2<7\n> "},
        {"{\"a\":", "1<{\"a\":> "},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (size_t piece = 1; piece < 40; piece++) {
            auto_free char *objects = objects_of(rows[i].text, piece);
            assert_string_equal(objects, rows[i].objects);
        }
}

static void what_is_taken_is_forgotten(void **state)
{
    enum { LINES = 20000 };
    struct cog_reader reader;
    struct cog_diags diags;
    const char *object;
    size_t size, count = 0;
    unsigned line;
    FILE *file = tmpfile();

    (void)state;
    cog_diags_init(&diags, "test");
    for (int i = 0; i < LINES; i++)
        assert_true(fprintf(file, "{\"input\":{\"text\":\"%0100d\"}}\n", i) > 0);
    rewind(file);
    cog_reader_init(&reader, fileno(file));
    do {
        assert_int_equal(cog_reader_fill(&reader, &diags), 0);
        while (cog_reader_next(&reader, &object, &size, &line))
            assert_int_equal(++count, line);
    } while (!reader.ended);
    assert_int_equal(count, LINES);
    assert_true(reader.capacity < 1 << 20);
    cog_reader_release(&reader);
    (void)fclose(file);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(objects_are_found),
        cmocka_unit_test(what_is_taken_is_forgotten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
