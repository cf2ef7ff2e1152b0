/* log.c - the frames of a container's output, however they are cut. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "docker/log.h"

static void frames_are_taken_apart(void **state)
{
    static const char stream[] =
        "\1\0\0\0\0\0\0\4one\n\2\0\0\0\0\0\0\0\2\0\0\0\0\0\0\4two\n";

    (void)state;
    for (size_t piece = 1; piece < sizeof stream; piece++) {
        struct cog_log log = {0};
        for (size_t at = 0; at < sizeof stream - 1; at += piece) {
            size_t left = sizeof stream - 1 - at;
            cog_log_feed(&log, stream + at, left < piece ? left : piece);
        }
        assert_int_equal(log.tail_size, 8);
        assert_memory_equal(log.tail, "one\ntwo\n", 8);
    }
}

static void the_end_is_kept(void **state)
{
    static const char header[] = "\1\0\0\0\0\0\x0f\xa0"; /* 4000 */
    char text[4000];
    struct cog_log log = {0};

    (void)state;
    for (int c = 'a'; c <= 'c'; c++) {
        memset(text, c, sizeof text);
        cog_log_feed(&log, header, sizeof header - 1);
        cog_log_feed(&log, text, sizeof text);
    }
    assert_int_equal(log.tail_size, COG_LOG_TAIL);
    assert_int_equal(log.tail[0], 'b');
    assert_int_equal(log.tail[95], 'b');
    assert_int_equal(log.tail[96], 'c');
    assert_int_equal(log.tail[COG_LOG_TAIL - 1], 'c');
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_are_taken_apart),
        cmocka_unit_test(the_end_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
