/* archive.c - tar(1) and Python make of an archive what it was made of. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the above */
#include <cmocka.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "scratch.h"
#include "tree/archive.h"

static char top[] = "/tmp/cog-archive-XXXXXX";

static void write_file(const char *path, size_t size)
{
    auto_close int fd = open(path, O_CREAT | O_WRONLY | O_TRUNC, 0640);

    assert_true(fd >= 0);
    for (size_t i = 0; i < size; i++)
        assert_int_equal(write(fd, "0123456789" + i % 10, 1), 1);
}

static int set_up(void **state)
{
    (void)state;
    return !mkdtemp(top) || chdir(top) < 0 || mkdir("from", 0755) < 0 ||
           mkdir("from/empty", 0700) < 0 || mkdir("to", 0755) < 0;
}

static int tear_down(void **state)
{
    (void)state;
    return scratch_remove(top);
}

static bool all_but_secrets(void *context, const struct cog_entry *entry)
{
    int *seen = context;

    ++*seen;
    return !strstr(entry->path, "secret");
}

/* Writes the archive of "from" to the file "tar", in pieces of that size. Returns how much
 * that was, or -1 after a diagnostic. */
static long archive_of(size_t piece, struct cog_diags *diags)
{
    auto_free char *bytes = cog_alloc(piece);
    auto_close int file = open("tar", O_CREAT | O_WRONLY | O_TRUNC, 0600);
    struct cog_walk *walk = cog_walk_new("from", NULL, NULL, diags);
    int seen = 0;
    struct cog_archive *archive =
        cog_archive_new(walk, "src/", all_but_secrets, &seen, diags);
    long got, size = 0;

    while ((got = cog_archive_read(archive, bytes, piece)) > 0) {
        assert_true((size_t)got <= piece);
        assert_int_equal(write(file, bytes, (size_t)got), got);
        size += got;
    }
    cog_archive_free(archive);
    cog_walk_free(walk);
    assert_true(seen > 0);
    return got < 0 ? -1 : size;
}

static void run(const char *const *argv)
{
    int status;
    pid_t child = fork();

    assert_true(child >= 0);
    if (child == 0) {
        (void)execvp(argv[0], (char *const *)argv);
        _exit(127);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static void make_entries(void)
{
    /* 99 to 101 bytes with the prefix, and what no header can hold */
    static const size_t lengths[] = {94, 95, 96, 97, 200, 255};

    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        char name[256] = "";
        memset(name, 'a' + (int)i, lengths[i]);
        auto_free char *path = cog_printf("from/%s", name);
        auto_free char *link = cog_printf("from/link%zu", i);
        write_file(path, 510 + i);
        assert_int_equal(symlink(name, link), 0);
    }
    write_file("from/none", 0);
    write_file("from/block", 512);
    write_file("from/f\xc3\xbc \xff\n", 1025);
    assert_int_equal(chmod("from/block", 04755), 0);
    assert_int_equal(link("from/block", "from/second"), 0);
    assert_int_equal(symlink("../../outside", "from/empty/out"), 0);
}

static void is_unpacked_as_it_was(void **state)
{
    static const char script[] =
        "import os, tarfile\n"
        "for member in tarfile.open('tar'):\n"
        "    assert member.name.startswith('src/') and member.uid == member.gid == 0\n"
        "    info = os.lstat('from' + member.name[3:])\n"
        "    assert member.issym() or member.mode == info.st_mode & 0o7777, member.name\n"
        "    assert member.mtime == int(info.st_mtime), member.name\n"
        "    assert not member.isreg() or member.size == info.st_size, member.name\n";
    static const size_t pieces[] = {1, 511, 512, 65536};
    struct cog_diags diags;

    (void)state;
    cog_diags_init(&diags, "test");
    make_entries();
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        long size = archive_of(pieces[i], &diags);
        assert_true(size > 0 && size % 512 == 0);
        run((const char *const[]){"tar", "-xf", "tar", "-C", "to", NULL});
        run((const char *const[]){"diff", "-r", "--no-dereference", "from", "to/src",
                                  NULL});
        run((const char *const[]){"python3", "-c", script, NULL});
        run((const char *const[]){"rm", "-r", "to/src", NULL});
    }
    assert_int_equal(diags.count, 0);
    cog_diags_release(&diags);
}

static void leaves_out_what_no_archive_has(void **state)
{
    struct cog_diags diags;

    (void)state;
    cog_diags_init(&diags, "test");
    assert_int_equal(mkfifo("from/pipe", 0600), 0);
    write_file("from/secret", 5);
    assert_true(archive_of(4096, &diags) > 0);
    run((const char *const[]){"tar", "-xf", "tar", "-C", "to", NULL});
    assert_int_equal(access("to/src/none", F_OK), 0);
    assert_int_equal(access("to/src/pipe", F_OK), -1);
    assert_int_equal(access("to/src/secret", F_OK), -1);
    cog_diags_release(&diags);
}

/* A size that takes a pax record: of a file that is all hole. Only its head is read. */
static void announces_more_than_a_header_holds(void **state)
{
    char bytes[2048];
    struct cog_diags diags;
    const off_t size = (off_t)9 << 30;

    (void)state;
    cog_diags_init(&diags, "test");
    run((const char *const[]){"sh", "-c", "rm -r from/*", NULL});
    write_file("from/large", 0);
    assert_int_equal(truncate("from/large", size), 0);
    struct cog_walk *walk = cog_walk_new("from", NULL, NULL, &diags);
    int seen = 0;
    struct cog_archive *archive = cog_archive_new(walk, "", all_but_secrets, &seen, &diags);
    assert_int_equal(cog_archive_read(archive, bytes, sizeof bytes), 3 * 512);
    assert_string_equal(bytes + 512, "19 size=9663676416\n");
    assert_string_equal(bytes + 1024, "large");
    /* it ends sooner than it was said: the rest is zeros, and that is told once */
    assert_int_equal(truncate("from/large", 3), 0);
    assert_int_equal(cog_archive_read(archive, bytes, sizeof bytes), 3);
    assert_int_equal(cog_archive_read(archive, bytes, sizeof bytes), sizeof bytes);
    assert_int_equal(cog_archive_read(archive, bytes, sizeof bytes), sizeof bytes);
    assert_int_equal(bytes[0], 0);
    auto_free char *text = cog_diags_messages(&diags);
    assert_string_equal(text, "the file became shorter while it was sent");
    cog_archive_free(archive);
    cog_walk_free(walk);
    cog_diags_release(&diags);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_unpacked_as_it_was),
        cmocka_unit_test(leaves_out_what_no_archive_has),
        cmocka_unit_test(announces_more_than_a_header_holds),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
