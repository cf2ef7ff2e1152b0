/* filter_input.c - what a filter begins with: its first request, and the answers of an
 * earlier run. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/exit.h"
#include "predict/filter.h"

/* The first request is copied, as reading on moves it. */
static int take_first(struct cog_filter *filter, struct cog_diags *diags)
{
    struct cog_reader *reader = &filter->reader;
    const char *text;

    while (!cog_reader_next(reader, &text, &filter->first_size, &filter->first_line)) {
        if (reader->ended)
            return COG_EXIT_NO_INPUT;
        if (cog_reader_fill(reader, diags) < 0)
            return -1;
    }
    filter->first = cog_strndup(text, filter->first_size);
    return 0;
}

int cog_filter_open(struct cog_filter *filter, int fd, struct cog_diags *diags)
{
    struct cog_reader *reader = &filter->reader;
    struct stat info;

    cog_reader_init(reader, fd);
    filter->open = true;
    if (fstat(fd, &info) == 0 && S_ISREG(info.st_mode))
        filter->size = info.st_size;
    int result = take_first(filter, diags);
    while (result == 0 && !reader->ended && cog_reader_is_empty(reader))
        result = cog_reader_fill(reader, diags);
    filter->single = reader->ended && cog_reader_is_empty(reader);
    return result;
}

void cog_filter_release(struct cog_filter *filter)
{
    if (filter->open)
        cog_reader_release(&filter->reader);
    free(filter->first);
    filter->first = NULL;
}

/* Counts the lines of a file; `*end` is behind the last of them. */
static int count_lines(int fd, unsigned long long *lines, off_t *end)
{
    char piece[1 << 16];
    ssize_t got;
    off_t at = 0;

    *lines = 0;
    *end = 0;
    while ((got = read(fd, piece, sizeof piece)) > 0) {
        for (ssize_t i = 0; i < got; i++) {
            if (piece[i] == '\n') {
                ++*lines;
                *end = at + i + 1;
            }
        }
        at += got;
    }
    return (int)got;
}

int cog_filter_resume(struct cog_filter *filter, int out, struct cog_diags *diags)
{
    auto_free char *path = cog_printf("/proc/self/fd/%d", out);
    struct stat info;
    off_t end;

    if (fstat(out, &info) < 0 || !S_ISREG(info.st_mode) ||
        !(fcntl(out, F_GETFL) & O_APPEND))
        return cog_report(diags, COG_ERROR, (struct cog_pos){0}, "usage.option",
                          "--resume needs the file of the earlier run, as in: cog-predict "
                          "--resume … <in.jsonl >>out.jsonl");
    auto_close int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || count_lines(fd, &filter->skip, &end) < 0 || ftruncate(out, end) < 0)
        return cog_report(diags, COG_FAILURE, (struct cog_pos){.file = "<stdout>"},
                          "machine.read", "cannot resume: %s", strerror(errno));
    return 0;
}
