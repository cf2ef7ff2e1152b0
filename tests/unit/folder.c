/* folder.c - what an engine gives out stays in its folder, whatever it is called. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the above */
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "scratch.h"
#include "session/folder.h"

static const uint32_t folder_bit = UINT32_C(1) << 31, link_bit = 1 << 27;
static char top[] = "/tmp/cog-folder-XXXXXX";
static int inside;

static int set_up(void **state)
{
    (void)state;
    if (!mkdtemp(top) || chdir(top) < 0 || mkdir("outside", 0777) < 0)
        return -1;
    inside = cog_folder_open("inside");
    return inside < 0;
}

static int tear_down(void **state)
{
    (void)state;
    return scratch_remove(top);
}

static int make(const char *path, uint32_t mode, const char *linkname)
{
    Session__Stat stat = SESSION__STAT__INIT;

    stat.path = (char *)path;
    stat.mode = mode;
    stat.linkname = (char *)linkname;
    int fd = cog_folder_make(inside, &stat);
    return fd > 0 ? cog_folder_finish(fd, &stat) : fd;
}

static void makes_entries(void **state)
{
    struct stat info;

    (void)state;
    assert_int_equal(make("a", folder_bit | 0755, ""), 0);
    assert_int_equal(make("a/file", 0644, ""), 0);
    assert_int_equal(make("a/second", 0644, "a/file"), 0);
    assert_int_equal(make("a/link", link_bit | 0777, "/anywhere"), 0);
    assert_int_equal(make("a/file", 0600, ""), 0); /* again: in place of the old one */
    assert_int_equal(stat("inside/a/file", &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    assert_int_equal(info.st_nlink, 1);
}

static void refuses_names_that_lead_out(void **state)
{
    static const char *const names[] = {"",     "/x",  "../x",  "a/../../x", "..",
                                        "a//x", "./x", "a/./x", "x/"};

    (void)state;
    assert_int_equal(make("a", folder_bit | 0755, ""), 0);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        assert_int_equal(make(names[i], 0644, ""), -1);
        assert_int_equal(errno, EINVAL);
    }
    assert_int_equal(make("b", 0644, "../outside"), -1);
    assert_int_equal(access("x", F_OK), -1);
}

static void follows_no_links(void **state)
{
    (void)state;
    assert_int_equal(symlink("../outside", "inside/before"), 0);
    assert_int_equal(make("out", link_bit | 0777, "../outside"), 0);
    assert_int_equal(make("out/x", 0644, ""), -1);
    assert_int_equal(make("before/x", 0644, ""), -1);
    assert_int_equal(make("second", 0644, "out/x"), -1);
    assert_int_equal(access("outside/x", F_OK), -1);
    /* where an entry belongs, a link gives way */
    assert_int_equal(make("before", folder_bit | 0755, ""), 0);
    assert_int_equal(make("before/x", 0644, ""), 0);
    assert_int_equal(make("out", 0644, ""), 0);
    assert_int_equal(access("outside/x", F_OK), -1);
    assert_int_equal(access("outside", F_OK), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(makes_entries),
        cmocka_unit_test(refuses_names_that_lead_out),
        cmocka_unit_test(follows_no_links),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
