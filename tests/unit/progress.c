/* progress.c - what reports look like on the terminal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the above */
#include <cmocka.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "steps/report_text.h"
#include "term/progress.h"
#include "term/text.h"

struct written {
    char text[4096];
    size_t size;
};

static void take(void *data, const char *text, size_t size)
{
    struct written *written = data;

    assert_true(written->size + size < sizeof written->text);
    memcpy(written->text + written->size, text, size);
    written->size += size;
    written->text[written->size] = '\0';
}

/* Time stamps of a vertex are seconds of 1970-01-01T00:00. */
static void update(struct cog_progress *progress, const char *report, int64_t now)
{
    json_auto_t *json = json_loads(report, 0, NULL);

    assert_non_null(json);
    cog_progress_update(progress, json, now);
}

#define VERTEX(digest, rest)                                                               \
    "{\"vertexes\":[{\"digest\":\"" digest "\",\"name\":\"step " digest "\"" rest "}]}"
#define LOG(digest, base64, second)                                                        \
    "{\"logs\":[{\"vertex\":\"" digest "\",\"data\":\"" base64                             \
    "\",\"timestamp\":\"1970-01-01T00:00:" second "Z\"}]}"
#define STARTED(second) ",\"started\":\"1970-01-01T00:00:" second "Z\""
#define COMPLETED(second) ",\"completed\":\"1970-01-01T00:00:" second "Z\""

static void prints_plain_lines(void **state)
{
    struct written written = {.size = 0};
    struct cog_progress *progress =
        cog_progress_new(COG_PROGRESS_PLAIN, 80, 24, take, &written);

    (void)state;
    update(progress, VERTEX("a", ""), 500); /* planned: nothing to see */
    assert_int_equal(written.size, 0);
    update(progress, VERTEX("a", STARTED("01")), 1000);
    assert_string_equal(written.text, "#1 step a\n");         /* at once */
    update(progress, LOG("a", "aGVsbG8Kd29y", "02.5"), 2500); /* "hello\nwor" */
    update(progress, LOG("a", "bGQK", "03"), 3000);           /* "ld\n" */
    update(progress, VERTEX("b", STARTED("03") COMPLETED("03") ",\"cached\":true"), 3000);
    update(progress,
           "{\"statuses\":[{\"vertex\":\"a\",\"id\":\"layer\",\"current\":12345678,"
           "\"total\":12345678" STARTED("02") COMPLETED("04") "}]}",
           4000);
    update(progress, VERTEX("a", STARTED("01") COMPLETED("05")), 5000);
    cog_progress_tick(progress, 5100); /* it could still go on */
    cog_progress_tick(progress, 5300);
    cog_progress_finish(progress, 5400);
    cog_progress_free(progress);
    assert_string_equal(written.text, "#1 step a\n"
                                      "#1 1.5s hello\n"
                                      "#1 2.0s world\n"
                                      "#1 layer 12.3MB / 12.3MB 2.0s done\n"
                                      "#1 DONE 4.0s\n"
                                      "\n"
                                      "#2 step b\n"
                                      "#2 CACHED\n");
}

static void prints_the_command_of_what_runs(void **state)
{
    struct written written = {.size = 0};
    struct cog_progress *progress =
        cog_progress_new(COG_PROGRESS_PLAIN, 80, 24, take, &written);

    (void)state;
    update(progress, VERTEX("a", ",\"command\":\"pip \\u001b[1minstall\"" STARTED("01")),
           1000);
    update(progress, LOG("a", "aGVsbG8K", "02"), 2000); /* "hello\n" */
    update(progress, VERTEX("a", STARTED("01") COMPLETED("03")), 3000);
    update(progress,
           VERTEX("b", ",\"command\":\"ln -s a b\"" STARTED("03") COMPLETED("04")), 4000);
    update(
        progress,
        VERTEX("c", ",\"command\":\"true\",\"cached\":true" STARTED("04") COMPLETED("04")),
        4000);
    cog_progress_finish(progress, 4000);
    cog_progress_free(progress);
    assert_string_equal(written.text, "#1 step a\n#1 $ pip install\n#1 1.0s hello\n"
                                      "#1 DONE 2.0s\n\n"
                                      "#2 step b\n#2 $ ln -s a b\n#2 DONE 1.0s\n\n"
                                      "#3 step c\n#3 CACHED\n");
}

static void tells_errors_and_what_was_cancelled(void **state)
{
    struct written written = {.size = 0};
    struct cog_progress *progress =
        cog_progress_new(COG_PROGRESS_PLAIN, 80, 24, take, &written);

    (void)state;
    update(progress,
           VERTEX("a", STARTED("01") COMPLETED("02") ",\"error\":\"exit code: 1\""), 2000);
    update(progress,
           VERTEX("b", STARTED("01") COMPLETED("02") ",\"error\":\"x: context canceled\""),
           2000);
    cog_progress_finish(progress, 2000);
    cog_progress_free(progress);
    assert_string_equal(written.text, "#1 step a\n#1 ERROR: exit code: 1\n\n"
                                      "#2 step b\n#2 CANCELED\n");
}

static void draws_a_block_that_fits(void **state)
{
    struct written written = {.size = 0};
    struct cog_progress *progress =
        cog_progress_new(COG_PROGRESS_TTY, 40, 10, take, &written);

    (void)state;
    update(progress, VERTEX("a", STARTED("01")), 1000);
    update(progress,
           "{\"statuses\":[{\"vertex\":\"a\",\"id\":\"l\",\"current\":500,\"total\":"
           "1000" STARTED("01") "}]}",
           1000);
    update(progress, LOG("a", "G1szMW1yZWQbWzBtCg==", "02"), 2000); /* "\e[31mred\e[0m\n" */
    cog_progress_tick(progress, 2000);
    assert_string_equal(written.text, "\033[2K[+] Building 1.0s (0/1)\n"
                                      "\033[2K => step a                         1.0s\n"
                                      "\033[2K => => l 500B / 1.0kB 1.0s [=====>    ]\n"
                                      "\033[2K => => # red\n"
                                      "\033[J");
    written.size = 0;
    cog_progress_tick(progress, 2050); /* too early to draw again */
    assert_int_equal(written.size, 0);
    update(progress, VERTEX("a", STARTED("01") COMPLETED("03")), 3000);
    cog_progress_finish(progress, 3000);
    assert_string_equal(written.text, "\r\033[4A\033[2K[+] Building 2.0s (1/1)\n"
                                      "\033[2K => step a                         2.0s\n"
                                      "\033[J");
    cog_progress_free(progress);
}

static void draws_what_has_no_end_yet(void **state)
{
    struct written written = {.size = 0};
    struct cog_progress *progress =
        cog_progress_new(COG_PROGRESS_TTY, 80, 10, take, &written);

    (void)state;
    update(progress, VERTEX("a", STARTED("01")), 1000);
    update(progress,
           "{\"statuses\":[{\"vertex\":\"a\",\"id\":\"extracting sha256:"
           "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\"" STARTED(
               "01") "},{\"vertex\":\"a\",\"id\":\"transferring source:\","
                     "\"current\":5000" STARTED("01") "}]}",
           1000);
    cog_progress_tick(progress, 1300);
    assert_non_null(strstr(written.text, " => => extracting sha256:0123456789ab "));
    assert_non_null(strstr(written.text, " 0.3s [   ===              ]\n"));
    assert_non_null(strstr(written.text, " 5.0kB 0.3s [   ===              ]\n"));
    written.size = 0;
    cog_progress_tick(progress, 3100); /* on its way back */
    assert_non_null(strstr(written.text, " 2.1s [             ===    ]\n"));
    cog_progress_free(progress);
}

static void follows_the_size_of_the_terminal(void **state)
{
    struct written written = {.size = 0};
    struct cog_progress *progress =
        cog_progress_new(COG_PROGRESS_TTY, 80, 10, take, &written);

    (void)state;
    update(progress, VERTEX("a", STARTED("01")), 1000);
    cog_progress_tick(progress, 2000);
    written.size = 0;
    cog_progress_resize(progress, 30, 10); /* the row took 79 columns: three lines now */
    cog_progress_tick(progress, 3000);
    assert_string_equal(written.text, "\r\033[4A\033[2K[+] Building 2.0s (0/1)\n"
                                      "\033[2K => step a               2.0s\n"
                                      "\033[J");
    cog_progress_free(progress);
}

static void colours_how_steps_ended(void **state)
{
    struct written written = {.size = 0};
    struct cog_progress *progress =
        cog_progress_new(COG_PROGRESS_TTY, 40, 10, take, &written);

    (void)state;
    cog_progress_colour(progress);
    update(progress, VERTEX("a", STARTED("01") COMPLETED("02") ",\"error\":\"x\""), 2000);
    update(progress,
           VERTEX("b", STARTED("01") COMPLETED("02") ",\"error\":\"x: context canceled\""),
           2000);
    update(progress, VERTEX("c", STARTED("01") COMPLETED("02") ",\"cached\":true"), 2000);
    update(progress, VERTEX("d", STARTED("01")), 2000);
    cog_progress_finish(progress, 3000);
    assert_string_equal(written.text,
                        "\033[2K[+] Building 1.0s (3/4)\n"
                        "\033[2K\033[31m => ERROR step a                   1.0s\033[0m\n"
                        "\033[2K\033[33m => CANCELED step b                1.0s\033[0m\n"
                        "\033[2K\033[36m => CACHED step c                  1.0s\033[0m\n"
                        "\033[2K => step d                         2.0s\n"
                        "\033[J");
    cog_progress_free(progress);
}

static void counts_columns(void **state)
{
    static const struct {
        const char *text;
        size_t columns, size, used;
    } rows[] = {
        {"abc", 2, 2, 2},
        {"漢字", 3, 3, 2},       /* two columns each */
        {"e\xcc\x81x", 1, 3, 1}, /* a combining mark takes none */
        {"\xff\xfe", 1, 1, 1},   /* not UTF-8 */
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t used;
        assert_int_equal(cog_text_fit(rows[i].text, rows[i].columns, &used), rows[i].size);
        assert_int_equal(used, rows[i].used);
    }
}

static void cuts_names_where_they_are_alike(void **state)
{
    struct written written = {.size = 0};
    struct cog_progress *progress =
        cog_progress_new(COG_PROGRESS_TTY, 40, 10, take, &written);

    (void)state;
    update(progress,
           "{\"vertexes\":[{\"digest\":\"a\",\"name\":\"pip install "
           "--disable-pip-version-check "
           "torch\"" STARTED("01") "}]}",
           1000);
    cog_progress_tick(progress, 2000);
    assert_string_equal(written.text, "\033[2K[+] Building 1.0s (0/1)\n"
                                      "\033[2K => pip install --d…on-check torch 1.0s\n"
                                      "\033[J");
    cog_progress_free(progress);
}

static void passes_reports_on_as_json(void **state)
{
    struct written written = {.size = 0};
    struct cog_progress *progress =
        cog_progress_new(COG_PROGRESS_RAWJSON, 80, 24, take, &written);

    (void)state;
    update(progress, VERTEX("a", ""), 0);
    cog_progress_finish(progress, 0);
    cog_progress_free(progress);
    assert_string_equal(written.text,
                        "{\"vertexes\":[{\"digest\":\"a\",\"name\":\"step a\"}]}\n");
}

static void reads_times(void **state)
{
    (void)state;
    assert_int_equal(cog_report_time("1970-01-01T00:00:01.25Z"), 1250);
    assert_int_equal(cog_report_time("2024-02-29T12:00:00Z"), INT64_C(1709208000000));
    assert_int_equal(cog_report_time("2026-11-23T06:31:42.243789329Z"),
                     INT64_C(1795415502243));
    assert_int_equal(cog_report_time("soon"), 0);
    assert_int_equal(cog_report_time(NULL), 0);
}

static void cleans_foreign_lines(void **state)
{
    static const char *const rows[][2] = {
        {"a\tb\x01"
         "c\r\n",
         "a bc"},
        {"10%\r50%\r100%\r\n", "100%"},
        {"\033]0;title\aq\033[1;32mok\033[0m\033", "qok"},
        {"", ""},
        {"a\xc2\x9bz", "az"}, /* CSI, as one character */
        {"a\xff\xc3", "a??"},
        {"\xed\xa0\x80 ä 漢", "??? ä 漢"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        auto_free char *clean = cog_report_line(rows[i][0], strlen(rows[i][0]));
        assert_string_equal(clean, rows[i][1]);
    }
}

static void writes_amounts(void **state)
{
    static const struct {
        int64_t bytes;
        const char *text;
    } rows[] = {{0, "0B"},           {999, "999B"},      {1000, "1.0kB"},
                {999949, "999.9kB"}, {1000000, "1.0MB"}, {INT64_C(12345678901), "12.3GB"}};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        auto_free char *text = cog_text_bytes(rows[i].bytes);
        assert_string_equal(text, rows[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prints_plain_lines),
        cmocka_unit_test(prints_the_command_of_what_runs),
        cmocka_unit_test(tells_errors_and_what_was_cancelled),
        cmocka_unit_test(draws_a_block_that_fits),
        cmocka_unit_test(draws_what_has_no_end_yet),
        cmocka_unit_test(follows_the_size_of_the_terminal),
        cmocka_unit_test(colours_how_steps_ended),
        cmocka_unit_test(counts_columns),
        cmocka_unit_test(cuts_names_where_they_are_alike),
        cmocka_unit_test(passes_reports_on_as_json),
        cmocka_unit_test(reads_times),
        cmocka_unit_test(cleans_foreign_lines),
        cmocka_unit_test(writes_amounts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
