/* frame.c - messages cut into any pieces come out whole; bad ones are refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the above */
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "grpc/frame.h"
#include "grpc/status.h"

struct seen {
    char text[64];
    size_t count;
};

static int note(void *data, const unsigned char *bytes, size_t size)
{
    struct seen *seen = data;

    seen->count++;
    memcpy(seen->text + strlen(seen->text), bytes, size);
    return 0;
}

static void joins_pieces_of_any_size(void **state)
{
    static const unsigned char stream[] = "\0\0\0\0\3abc\0\0\0\0\0\0\0\0\0\2de";

    (void)state;
    for (size_t step = 1; step < sizeof stream; step++) {
        struct cog_frames frames;
        struct seen seen = {0};
        cog_frames_init(&frames, 3);
        for (size_t at = 0; at < sizeof stream - 1; at += step) {
            size_t left = sizeof stream - 1 - at;
            assert_int_equal(cog_frames_feed(&frames, stream + at,
                                             left < step ? left : step, note, &seen),
                             COG_FRAMES_OK);
        }
        assert_true(cog_frames_at_boundary(&frames));
        assert_int_equal(seen.count, 3);
        assert_string_equal(seen.text, "abcde");
        cog_frames_release(&frames);
    }
}

static void refuses_what_is_too_large_or_compressed(void **state)
{
    static const unsigned char large[] = {0, 0, 0, 0, 4}, compressed[] = {1, 0, 0, 0, 0};
    struct cog_frames frames;
    struct seen seen = {0};

    (void)state;
    cog_frames_init(&frames, 3);
    assert_int_equal(cog_frames_feed(&frames, large, 5, note, &seen), COG_FRAMES_TOO_LARGE);
    cog_frames_release(&frames);
    cog_frames_init(&frames, 3);
    assert_int_equal(cog_frames_feed(&frames, compressed, 5, note, &seen),
                     COG_FRAMES_COMPRESSED);
    assert_int_equal(seen.count, 0);
    cog_frames_release(&frames);
}

static void writes_prefixes(void **state)
{
    unsigned char prefix[COG_FRAME_PREFIX];

    (void)state;
    cog_frame_prefix(prefix, 0x01020304);
    assert_memory_equal(prefix, "\0\1\2\3\4", 5);
}

static void codes_status_messages(void **state)
{
    static const char text[] = "100% n\xc3\xb6\n", coded[] = "100%25 n%C3%B6%0A";
    char *encoded = cog_status_encode(text), *decoded = cog_status_decode(coded);

    (void)state;
    assert_string_equal(encoded, coded);
    assert_string_equal(decoded, text);
    free(encoded);
    free(decoded);
    decoded = cog_status_decode("5% %4g %e2%82%ac %");
    assert_string_equal(decoded, "5% %4g \xe2\x82\xac %");
    free(decoded);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(joins_pieces_of_any_size),
        cmocka_unit_test(refuses_what_is_too_large_or_compressed),
        cmocka_unit_test(writes_prefixes),
        cmocka_unit_test(codes_status_messages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
