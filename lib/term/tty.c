/* tty.c - progress as a block that is drawn again in place.
 *
 *     [+] Building 1.2s (3/7)
 *      => [deps] pip install                    4.1s
 *      => => transferring source: 12.3MB / 45.0MB 1.0s [=====>              ]
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
    BAR = 20, /* columns */
};

/* Adds a line that fits the terminal, `right` at its right end. */
static void add_line(struct cog_progress *progress, struct cog_term_lines *out,
                     const char *left, const char *right)
{
    size_t room = progress->width - 1 - strlen(right), used;
    size_t size = cog_text_fit(left, room > 0 ? room - 1 : 0, &used);

    cog_term_lines_add(out, "\033[2K%.*s%*s%s\n", (int)size, left,
                       *right ? (int)(room - used) : 0, "", right);
    progress->drawn++;
}

static void add_bar(struct cog_term_lines *text, const struct cog_part *part)
{
    size_t filled =
        part->current >= part->total ? BAR : (size_t)(part->current * BAR / part->total);

    cog_term_lines_add(text, " [");
    for (size_t i = 0; i < BAR; i++)
        cog_term_lines_add(text, "%c", i < filled ? '=' : i == filled ? '>' : ' ');
    cog_term_lines_add(text, "]");
}

static void draw_part(struct cog_progress *progress, struct cog_term_lines *out,
                      const struct cog_part *part)
{
    struct cog_term_lines line = {0};
    auto_free char *amount = cog_part_amount(part, progress->now);

    bool measured = part->total > 0 && !part->completed;
    size_t taken = strlen(" => =>   ") + strlen(amount) + (measured ? BAR + 3 : 0) + 1;
    auto_free char *id =
        cog_text_shorten(part->id, progress->width > taken ? progress->width - taken : 0);
    cog_term_lines_add(&line, " => => %s %s", id, amount);
    if (measured)
        add_bar(&line, part);
    add_line(progress, out, line.bytes, "");
    free(line.bytes);
}

static void draw_row(struct cog_progress *progress, struct cog_term_lines *out,
                     const struct cog_row *row, size_t lines)
{
    struct cog_term_lines line = {0};
    auto_free char *seconds = cog_text_seconds(cog_row_milliseconds(row, progress->now));

    const char *outcome = row->error ? "ERROR " : row->cached ? "CACHED " : "";
    size_t taken = strlen(" => ") + strlen(outcome) + strlen(seconds) + 2;
    auto_free char *name =
        cog_text_shorten(row->name, progress->width > taken ? progress->width - taken : 0);
    cog_term_lines_add(&line, " => %s%s", outcome, name);
    add_line(progress, out, line.bytes, seconds);
    free(line.bytes);
    if (!cog_row_running(row))
        return;
    for (size_t i = 0; i < row->part_count && lines > 1; i++) {
        if (row->parts[i].completed)
            continue;
        draw_part(progress, out, &row->parts[i]);
        lines--;
    }
    size_t tail = row->lines < COG_ROW_TAIL ? row->lines : COG_ROW_TAIL;
    for (size_t i = tail; i-- > 0;) {
        if (i + 1 >= lines)
            continue;
        struct cog_term_lines output = {0};
        cog_term_lines_add(&output, " => => # %s",
                           row->tail[(row->lines - 1 - i) % COG_ROW_TAIL]);
        add_line(progress, out, output.bytes, "");
        free(output.bytes);
    }
}

/* The lines that the row needs. */
static size_t lines_of(const struct cog_row *row)
{
    size_t lines = 1;

    if (!row->started)
        return 0;
    if (!cog_row_running(row))
        return 1;
    for (size_t i = 0; i < row->part_count; i++)
        lines += !row->parts[i].completed;
    return lines + (row->lines < COG_ROW_TAIL ? row->lines : COG_ROW_TAIL);
}

/* Draws the rows: running ones first get their lines, then ended ones, the latest first. */
static void draw_rows(struct cog_progress *progress, struct cog_term_lines *out)
{
    const struct cog_rows *rows = &progress->rows;
    size_t room = progress->height - 2;
    auto_free size_t *lines = cog_calloc(rows->count, sizeof *lines);

    for (int running = 1; running >= 0; running--) {
        for (size_t i = rows->count; i-- > 0;) {
            if (cog_row_running(&rows->items[i]) != running)
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

void cog_tty_draw(struct cog_progress *progress)
{
    struct cog_term_lines out = {0}, head = {0};
    size_t ended = 0;
    auto_free char *seconds =
        cog_text_seconds(progress->began ? progress->now - progress->began : 0);

    for (size_t i = 0; i < progress->rows.count; i++)
        ended += progress->rows.items[i].completed != 0;
    if (progress->drawn > 0)
        cog_term_lines_add(&out, "\033[%uA", progress->drawn);
    progress->drawn = 0;
    cog_term_lines_add(&head, "[+] Building %s (%zu/%zu)", seconds, ended,
                       progress->rows.count);
    add_line(progress, &out, head.bytes, "");
    free(head.bytes);
    draw_rows(progress, &out);
    cog_term_lines_add(&out, "\033[J"); /* the block may have become shorter */
    cog_progress_write(progress, &out);
}
