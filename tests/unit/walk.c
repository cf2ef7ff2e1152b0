/* walk.c - the order of entries and what the lists of patterns leave of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the above */
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "tree/walk.h"

static char root[] = "/tmp/cog-walk-XXXXXX";

static void make(const char *path)
{
    auto_free char *full = cog_printf("%s/%s", root, path);

    if (path[strlen(path) - 1] == '/') {
        assert_int_equal(mkdir(full, 0755), 0);
    } else {
        int fd = open(full, O_CREAT | O_WRONLY, 0644);
        assert_true(fd >= 0);
        close(fd);
    }
}

static int set_up(void **state)
{
    static const char *const paths[] = {"b/",      "b/z",        "b/deep/", "b/deep/x.pyc",
                                        "b-file",  "b/deep/y",   "a",       "c/",
                                        "c/only/", "c/only/one", ".hidden", "empty/"};

    (void)state;
    if (!mkdtemp(root))
        return -1;
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        make(paths[i]);
    auto_free char *link = cog_printf("%s/link", root);
    return symlink("/etc/passwd", link);
}

static int tear_down(void **state)
{
    static const char *const paths[] = {
        "b/z",  "b/deep/x.pyc", "b/deep/y", "b/deep", "b",       "b-file", "a",
        "link", "c/only/one",   "c/only",   "c",      ".hidden", "empty"};

    (void)state;
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        auto_free char *full = cog_printf("%s/%s", root, paths[i]);
        if (remove(full) < 0)
            return -1;
    }
    return rmdir(root);
}

/* The paths of a walk, a space after each; `*_line` are patterns or NULL. */
static char *paths_of(const char *include_line, const char *const *exclude_lines)
{
    struct cog_diags diags;
    struct cog_ignore include, exclude;
    struct cog_entry entry;
    char *text;
    size_t size;
    FILE *stream = open_memstream(&text, &size);

    cog_diags_init(&diags, "test");
    cog_ignore_init(&include);
    cog_ignore_init(&exclude);
    if (include_line)
        assert_int_equal(cog_ignore_add(&include, include_line), 0);
    for (; exclude_lines && *exclude_lines; exclude_lines++)
        assert_int_equal(cog_ignore_add(&exclude, *exclude_lines), 0);
    struct cog_walk *walk = cog_walk_new(root, &include, &exclude, &diags);
    assert_non_null(walk);
    while (cog_walk_next(walk, &entry, &diags) > 0)
        (void)fprintf(stream, "%s ", entry.path);
    assert_int_equal(diags.errors, 0);
    cog_walk_free(walk);
    cog_ignore_release(&include);
    cog_ignore_release(&exclude);
    (void)fclose(stream);
    return text;
}

static void gives_folders_before_their_entries(void **state)
{
    auto_free char *all = paths_of(NULL, NULL);

    (void)state;
    assert_string_equal(all, ".hidden a b b/deep b/deep/x.pyc b/deep/y b/z b-file c c/only "
                             "c/only/one empty link ");
}

static void leaves_out_what_is_excluded(void **state)
{
    static const char *const lines[] = {"**/*.pyc", "c", "b/z", NULL};
    auto_free char *some = paths_of(NULL, lines);

    (void)state;
    assert_string_equal(some, ".hidden a b b/deep b/deep/y b-file empty link ");
}

static void keeps_the_folders_above_an_exception(void **state)
{
    static const char *const lines[] = {"*", "!c/only/one", "!b/deep/nothing", NULL};
    auto_free char *some = paths_of(NULL, lines);

    (void)state;
    assert_string_equal(some, "c c/only c/only/one ");
}

static void gives_only_what_is_included(void **state)
{
    static const char *const lines[] = {"**/*.pyc", NULL};
    auto_free char *deep = paths_of("b/deep", lines);
    auto_free char *file = paths_of("c/only/*", NULL);

    (void)state;
    assert_string_equal(deep, "b b/deep b/deep/y ");
    assert_string_equal(file, "c c/only c/only/one ");
}

static void reads_links_and_opens_only_below(void **state)
{
    struct cog_diags diags;
    struct cog_entry entry;

    (void)state;
    cog_diags_init(&diags, "test");
    struct cog_walk *walk = cog_walk_new(root, NULL, NULL, &diags);
    while (cog_walk_next(walk, &entry, &diags) > 0 && strcmp(entry.path, "link") != 0)
        assert_null(entry.target);
    assert_string_equal(entry.target, "/etc/passwd");
    assert_int_equal(cog_walk_open(walk, "link"), -1);
    assert_int_equal(errno, ELOOP);
    auto_close int fd = cog_walk_open(walk, "c/only/one");
    assert_true(fd >= 0);
    cog_walk_free(walk);
}

/* Somebody puts a link in a folder's place between the walk and the reading. */
static void opens_nothing_through_a_folder_that_became_a_link(void **state)
{
    struct cog_diags diags;
    auto_free char *folder = cog_printf("%s/c", root), *away = cog_printf("%s/away", root);
    auto_free char *target = cog_printf("%s/b", root);

    (void)state;
    cog_diags_init(&diags, "test");
    struct cog_walk *walk = cog_walk_new(root, NULL, NULL, &diags);
    assert_int_equal(rename(folder, away), 0);
    for (int deep = 0; deep < 2; deep++) {
        assert_int_equal(symlink(deep ? root : target, folder), 0);
        assert_int_equal(cog_walk_open(walk, deep ? "c/b/z" : "c/z"), -1);
        assert_true(errno == ELOOP || errno == ENOTDIR);
        assert_int_equal(unlink(folder), 0);
    }
    assert_int_equal(rename(away, folder), 0);
    assert_int_equal(cog_walk_open(walk, "../etc/passwd"), -1);
    auto_close int fd = cog_walk_open(walk, "b/z");
    assert_true(fd >= 0);
    cog_walk_free(walk);
}

static void looks_at_nothing_for_names_alone(void **state)
{
    struct cog_diags diags;
    struct cog_entry entry;

    (void)state;
    cog_diags_init(&diags, "test");
    struct cog_walk *walk = cog_walk_new(root, NULL, NULL, &diags);
    cog_walk_names(walk);
    while (cog_walk_next(walk, &entry, &diags) > 0 && strcmp(entry.path, "b/deep/y") != 0)
        assert_true(entry.info.st_mode != 0);
    assert_true(entry.info.st_mode == S_IFREG && entry.info.st_ino == 0);
    assert_int_equal(cog_walk_look(walk, &entry), 0);
    assert_true(S_ISREG(entry.info.st_mode) && entry.info.st_ino != 0);
    cog_walk_free(walk);
}

static void reports_a_missing_root(void **state)
{
    struct cog_diags diags;

    (void)state;
    cog_diags_init(&diags, "test");
    assert_null(cog_walk_new("/nonexistent", NULL, NULL, &diags));
    assert_int_equal(diags.errors, 1);
    cog_diags_release(&diags);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_folders_before_their_entries),
        cmocka_unit_test(leaves_out_what_is_excluded),
        cmocka_unit_test(keeps_the_folders_above_an_exception),
        cmocka_unit_test(gives_only_what_is_included),
        cmocka_unit_test(reads_links_and_opens_only_below),
        cmocka_unit_test(opens_nothing_through_a_folder_that_became_a_link),
        cmocka_unit_test(looks_at_nothing_for_names_alone),
        cmocka_unit_test(reports_a_missing_root),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
