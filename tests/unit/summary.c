/* summary.c - what a build came to, as text. The steps are those of a real build. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the above */
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "term/summary.h"

static const char recorded[] =
    "[{\"cached\":false,\"milliseconds\":1870,\"name\":\"image python:3.13-slim-trixie\","
    "\"spent\":{\"network\":320,\"unpack\":1550}},"
    "{\"cached\":true,\"milliseconds\":0,\"name\":\"[venv] python -m venv /venv\","
    "\"stage\":\"venv\"},"
    "{\"cached\":false,\"milliseconds\":3010,\"name\":\"[large] python /mnt/cog_install "
    "install unchecked-hash /mnt/uv /mnt/part\",\"stage\":\"large\","
    "\"spent\":{\"network\":310,\"unpack\":120,\"compile\":580,\"run\":2000}},"
    "{\"cached\":false,\"milliseconds\":14,\"name\":\"context source\",\"spent\":"
    "{\"copy\":14}},"
    "{\"cached\":false,\"milliseconds\":120,\"name\":\"[source] copy \\u001b[31m/ of "
    "context"
    " source to /src\",\"stage\":\"source\",\"spent\":{\"copy\":120}},"
    "{\"cached\":false,\"milliseconds\":240,\"name\":\"exporting to image\",\"spent\":"
    "{\"export\":240}}]";

static void says_what_it_came_to(void **state)
{
    json_auto_t *steps = json_loads(recorded, 0, NULL), *none = json_array();
    struct cog_summary some = {steps, 6230, 221345, 2, 18612345, NULL};
    struct cog_summary cached = {none, 40, 0, 0, 0, NULL};
    struct cog_summary unknown = {none, 0, 1, -1, 0, "tcp://b\033[31m:1"};
    auto_free char *line = cog_summary_line(&some), *idle = cog_summary_line(&cached);
    auto_free char *elsewhere = cog_summary_line(&unknown);

    (void)state;
    assert_string_equal(line,
                        "3 steps, 1 cached, 6.2s; 221.3kB sent; 2 new layers, 18.6MB\n");
    assert_string_equal(idle, "0 steps, 0 cached, 0.0s; 0B sent; no new layers\n");
    assert_string_equal(elsewhere,
                        "0 steps, 0 cached, 0.0s; 1B sent; built by tcp://b:1\n");
}

static void says_where_the_time_went(void **state)
{
    json_auto_t *steps = json_loads(recorded, 0, NULL);
    auto_free char *narrow = cog_summary_table(steps, 10);
    auto_free char *wide = cog_summary_table(steps, 100);

    (void)state;
    assert_string_equal(
        narrow,
        "seconds                  network  unpack compile    copy  export     run   total\n"
        "image python…slim-trixie     0.3     1.6                                     1.9\n"
        "[large] pyth…v /mnt/part     0.3     0.1     0.6                     2.0     3.0\n"
        "[source] cop…rce to /src                             0.1                     0.1\n"
        "exporting to image                                           0.2             0.2\n"
        "all steps                    0.6     1.7     0.6     0.1     0.2     2.0     "
        "5.2\n");
    assert_non_null(strstr(wide, "\n[source] copy / of context source to /src"));
}

static void says_nothing_of_what_is_cached(void **state)
{
    json_auto_t *none = json_array();
    auto_free char *table = cog_summary_table(none, 80);
    const char *sums = strchr(table, '\n') + 1;

    (void)state;
    assert_memory_equal(sums, "all steps", 9);
    assert_int_equal(strspn(sums + 9, " "), strlen(sums) - 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_what_it_came_to),
        cmocka_unit_test(says_where_the_time_went),
        cmocka_unit_test(says_nothing_of_what_is_cached),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
