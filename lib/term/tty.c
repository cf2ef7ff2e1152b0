/* tty.c - progress as a block that is drawn again in place.
 *
 *     [+] Building 1.2s (3/7)
 *      => [deps] pip install                                       4.1s
 *      => => transferring source  12.3MB / 45.0MB 1.0s [=====>              ]
 *      => => # Collecting pillow
 * Ended steps scroll out first when the terminal is too low. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "term/drawing.h"
#include "term/text.h"

enum {
    BAR = 20,    /* columns within a bar; half of them on a narrow terminal, or no bar */
    MARK = 3,    /* columns of what moves in a bar whose end is not known */
    STEP = 100,  /* milliseconds in which it moves by one */
    TAIL = 6,    /* lines of a step's output */
    DIGEST = 12, /* digits that are shown of a sha256, as docker does */
};

/* SGR parameters (ECMA-48). */
static const char plain[] = "", done[] = "36", failed[] = "31", cancelled[] = "33";

/* Cuts the digests in a text. The caller frees it. */
static char *abbreviate(const char *text)
{
    static const char prefix[] = "sha256:", digits[] = "0123456789abcdef";
    char *copy = cog_strdup(text);

    for (char *at = copy; (at = strstr(at, prefix)) != NULL;) {
        at += strlen(prefix);
        size_t size = strspn(at, digits);
        if (size == 64)
            memmove(at + DIGEST, at + size, strlen(at + size) + 1);
    }
    return copy;
}

/* Remembers how wide a line is that was drawn. */
static void note(struct cog_progress *progress, size_t columns)
{
    progress->columns =
        cog_realloc(progress->columns, progress->drawn + 1, sizeof *progress->columns);
    progress->columns[progress->drawn++] = columns;
}

/* Adds a line that fits the terminal, `right` at its right end. */
static void add_line(struct cog_progress *progress, struct cog_term_lines *out,
                     const char *colour, const char *left, const char *right)
{
    bool coloured = progress->coloured && *colour;
    size_t room = progress->width - 1 - strlen(right), used;
    size_t size = cog_text_fit(left, room > 0 ? room - 1 : 0, &used);

    cog_term_lines_add(out, "\033[2K");
    if (coloured)
        cog_term_lines_add(out, "\033[%sm", colour);
    cog_term_lines_add(out, "%.*s%*s%s%s\n", (int)size, left,
                       *right ? (int)(room - used) : 0, "", right,
                       coloured ? "\033[0m" : "");
    note(progress, *right ? progress->width - 1 : used);
}

/* The columns within a bar: none where the text needs the room. */
static size_t bar_room(unsigned width)
{
    return width >= 72 ? BAR : width >= 40 ? BAR / 2 : 0;
}

/* "[====>   ]" for what has an end, a mark that goes to and fro for what has none yet. */
static void add_bar(struct cog_term_lines *text, const struct cog_step_part *part,
                    size_t room, int64_t now)
{
    int64_t way = (int64_t)room - MARK, passed = (now - part->started) / STEP;
    size_t at = (size_t)(passed % (2 * way) < way ? passed % way : way - passed % way);
    size_t filled = part->total == 0 ? 0
                    : part->current >= part->total
                        ? room
                        : (size_t)(part->current * (int64_t)room / part->total);

    cog_term_lines_add(text, " [");
    for (size_t i = 0; i < room; i++) {
        bool marked = part->total ? i < filled : i >= at && i < at + MARK;
        cog_term_lines_add(text, "%c",
                           marked                       ? '='
                           : part->total && i == filled ? '>'
                                                        : ' ');
    }
    cog_term_lines_add(text, "]");
}

static void draw_part(struct cog_progress *progress, struct cog_term_lines *out,
                      const struct cog_step_part *part)
{
    struct cog_term_lines left = {0}, right = {0};
    auto_free char *amount = cog_text_amount(part, progress->now);
    auto_free char *id = abbreviate(part->id);
    size_t bar = bar_room(progress->width);

    cog_term_lines_add(&right, "%s", amount);
    if (bar)
        add_bar(&right, part, bar, progress->now);
    size_t taken = strlen(" => =>   ") + right.size + 1;
    auto_free char *name =
        cog_text_shorten(id, progress->width > taken ? progress->width - taken : 0);
    cog_term_lines_add(&left, " => => %s", name);
    add_line(progress, out, plain, left.bytes, right.bytes);
    free(left.bytes);
    free(right.bytes);
}

static void draw_tail(struct cog_progress *progress, struct cog_term_lines *out,
                      const struct cog_step *row, size_t lines)
{
    size_t tail = row->lines < TAIL ? row->lines : TAIL;

    for (size_t i = tail; i-- > 0;) {
        if (i + 1 >= lines)
            continue;
        struct cog_term_lines output = {0};
        cog_term_lines_add(&output, " => => # %s",
                           row->tail[(row->lines - 1 - i) % COG_STEP_TAIL]);
        add_line(progress, out, plain, output.bytes, "");
        free(output.bytes);
    }
}

static void draw_row(struct cog_progress *progress, struct cog_term_lines *out,
                     const struct cog_step *row, size_t lines)
{
    struct cog_term_lines line = {0};
    auto_free char *seconds = cog_text_seconds(cog_step_milliseconds(row, progress->now));
    bool canceled = cog_step_canceled(row);
    const char *outcome = canceled      ? "CANCELED "
                          : row->error  ? "ERROR "
                          : row->cached ? "CACHED "
                                        : "";
    size_t taken = strlen(" => ") + strlen(outcome) + strlen(seconds) + 2;
    auto_free char *full = abbreviate(row->name);
    auto_free char *name =
        cog_text_shorten(full, progress->width > taken ? progress->width - taken : 0);

    cog_term_lines_add(&line, " => %s%s", outcome, name);
    add_line(progress, out,
             canceled                ? cancelled
             : row->error            ? failed
             : cog_step_running(row) ? plain
                                     : done,
             line.bytes, seconds);
    free(line.bytes);
    if (!cog_step_running(row))
        return;
    for (size_t i = 0; i < row->part_count && lines > 1; i++) {
        if (row->parts[i].completed)
            continue;
        draw_part(progress, out, &row->parts[i]);
        lines--;
    }
    draw_tail(progress, out, row, lines);
}

/* The lines that the row needs. */
static size_t lines_of(const struct cog_step *row)
{
    size_t lines = 1;

    if (!row->started)
        return 0;
    if (!cog_step_running(row))
        return 1;
    for (size_t i = 0; i < row->part_count; i++)
        lines += !row->parts[i].completed;
    return lines + (row->lines < TAIL ? row->lines : TAIL);
}

/* Draws the rows: running ones first get their lines, then ended ones, the latest first. */
static void draw_rows(struct cog_progress *progress, struct cog_term_lines *out)
{
    const struct cog_steps *rows = &progress->steps;
    size_t room = progress->height - 2;
    auto_free size_t *lines = cog_calloc(rows->count, sizeof *lines);

    for (int running = 1; running >= 0; running--) {
        for (size_t i = rows->count; i-- > 0;) {
            if (cog_step_running(&rows->items[i]) != running)
                continue;
            lines[i] = lines_of(&rows->items[i]);
            if (lines[i] > room)
                lines[i] = room;
            room -= lines[i];
        }
    }
    for (size_t i = 0; i < rows->count; i++) {
        if (lines[i] > 0)
            draw_row(progress, out, &rows->items[i], lines[i]);
    }
}

/* Goes back to the first line of the block. A terminal that became narrower has broken
 * lines that were wider. */
static void go_back(struct cog_progress *progress, struct cog_term_lines *out)
{
    size_t lines = 0;

    for (size_t i = 0; i < progress->drawn; i++)
        lines += progress->columns[i] > progress->width
                     ? (progress->columns[i] + progress->width - 1) / progress->width
                     : 1;
    if (lines > 0)
        cog_term_lines_add(out, "\r\033[%zuA", lines); /* "^C" may stand there */
    progress->drawn = 0;
}

void cog_tty_draw(struct cog_progress *progress)
{
    struct cog_term_lines out = {0}, head = {0};
    size_t ended = 0;
    auto_free char *seconds =
        cog_text_seconds(progress->began ? progress->now - progress->began : 0);

    for (size_t i = 0; i < progress->steps.count; i++)
        ended += progress->steps.items[i].completed != 0;
    go_back(progress, &out);
    cog_term_lines_add(&head, "[+] %s %s (%zu/%zu)", progress->title, seconds, ended,
                       progress->steps.count);
    add_line(progress, &out, plain, head.bytes, "");
    free(head.bytes);
    draw_rows(progress, &out);
    cog_term_lines_add(&out, "\033[J"); /* the block may have become shorter */
    cog_progress_write(progress, &out);
}
