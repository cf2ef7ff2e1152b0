/* plain.c - progress line by line.
 *
 * Steps run side by side, but their lines are kept together: a step keeps its turn until it
 * has ended or has been silent for a while. Numbers are given in the order of first
 * printing. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "term/drawing.h"
#include "term/text.h"

enum {
    TURN = 5000,           /* milliseconds of silence after which another step may write */
    SETTLE = 250,          /* milliseconds after which an ended step will not go on */
    MAX_WAITING = 8 << 20, /* bytes of lines for which it is not their turn */
};

static struct cog_plain_row *row_at(struct cog_progress *progress, size_t index)
{
    while (progress->plain_count <= index) {
        progress->plain = cog_realloc(progress->plain, progress->plain_count + 1,
                                      sizeof *progress->plain);
        progress->plain[progress->plain_count] = (struct cog_plain_row){0};
        if (progress->current == progress->plain_count)
            progress->current++; /* still none */
        progress->plain_count++;
    }
    return &progress->plain[index];
}

static void add_line(struct cog_progress *progress, size_t index, const char *line)
{
    if (progress->waiting < MAX_WAITING)
        cog_term_lines_add(&row_at(progress, index)->waiting, "%s\n", line);
    progress->waiting += strlen(line) + 1;
}

/* Adds what the step runs, before anything else of a step that was not cached. */
static void tell_command(struct cog_progress *progress, size_t index)
{
    const char *command = progress->steps.items[index].command;
    struct cog_plain_row *plain = row_at(progress, index);

    if (plain->told || !command)
        return;
    plain->told = true;
    auto_free char *text = cog_printf("$ %s", command);
    add_line(progress, index, text);
}

static void take_line(void *data, size_t index, const char *line, int64_t time)
{
    struct cog_progress *progress = data;
    const struct cog_step *row = &progress->steps.items[index];
    auto_free char *seconds = cog_text_seconds(time - row->started);
    auto_free char *text = cog_printf("%s %s", seconds, line);

    tell_command(progress, index);
    add_line(progress, index, text);
}

static void take_part(void *data, size_t index, const struct cog_step_part *part)
{
    struct cog_progress *progress = data;

    if (!part->completed)
        return;
    auto_free char *amount = cog_text_amount(part, progress->now);
    auto_free char *text = cog_printf("%s %s done", part->id, amount);
    add_line(progress, index, text);
}

static void take_change(void *data, size_t index)
{
    struct cog_progress *progress = data;
    struct cog_plain_row *plain = row_at(progress, index);

    /* the work on a cache key ends and the work itself begins a moment later */
    if (!progress->steps.items[index].completed) {
        plain->ended_at = 0;
        plain->ended = false;
    } else if (!plain->ended_at) {
        plain->ended_at = progress->now;
    }
}

const struct cog_steps_events cog_plain_events = {
    .line = take_line,
    .part = take_part,
    .changed = take_change,
};

/* Adds how the row ended to its lines, when that is certain. */
static void tell_end(struct cog_progress *progress, size_t index, bool all)
{
    struct cog_plain_row *row = &progress->plain[index];

    if (!row->ended_at || row->ended || (!all && progress->now - row->ended_at < SETTLE))
        return;
    auto_free char *outcome = cog_text_outcome(&progress->steps.items[index]);
    if (!progress->steps.items[index].cached)
        tell_command(progress, index);
    add_line(progress, index, outcome);
    row->ended = true;
}

/* Gives the turn to a row, with a heading. */
static void turn_to(struct cog_progress *progress, size_t index, struct cog_term_lines *out)
{
    struct cog_plain_row *row = &progress->plain[index];

    if (progress->current < progress->plain_count) {
        const struct cog_plain_row *before = &progress->plain[progress->current];
        if (!before->ended)
            cog_term_lines_add(out, "#%u ...\n", before->number);
        cog_term_lines_add(out, "\n");
    }
    progress->current = index;
    progress->turned = progress->now;
    if (row->number) {
        cog_term_lines_add(out, "#%u ...\n", row->number);
        return;
    }
    row->number = ++progress->numbers;
    cog_term_lines_add(out, "#%u %s\n", row->number, progress->steps.items[index].name);
}

/* Prints what waits, each line with the row's number. */
static void print_waiting(struct cog_progress *progress, size_t index,
                          struct cog_term_lines *out)
{
    struct cog_plain_row *row = &progress->plain[index];
    const char *line = row->waiting.bytes;

    for (size_t left = row->waiting.size; left > 0;) {
        const char *newline = memchr(line, '\n', left);
        size_t size = (size_t)(newline - line) + 1;
        cog_term_lines_add(out, "#%u %.*s", row->number, (int)size, line);
        line += size;
        left -= size;
        progress->turned = progress->now;
    }
    free(row->waiting.bytes);
    row->waiting = (struct cog_term_lines){0};
}

/* Whether the row that has the turn keeps it though others wait. */
static bool keeps_turn(const struct cog_progress *progress)
{
    return progress->current < progress->plain_count &&
           !progress->plain[progress->current].ended &&
           progress->now - progress->turned < TURN;
}

/* Whether the row has something to say. */
static bool waits(const struct cog_progress *progress, size_t index)
{
    const struct cog_plain_row *row = &progress->plain[index];

    return row->waiting.size > 0 || (row->ended_at && !row->ended) ||
           (!row->number && cog_step_running(&progress->steps.items[index]));
}

void cog_plain_print(struct cog_progress *progress, bool all)
{
    struct cog_term_lines out = {0};

    for (size_t i = 0; i < progress->plain_count; i++)
        tell_end(progress, i, all);
    progress->waiting = 0; /* counted again below */
    if (progress->current < progress->plain_count)
        print_waiting(progress, progress->current, &out);
    for (size_t i = 0; i < progress->plain_count && (all || !keeps_turn(progress)); i++) {
        if (!waits(progress, i) || i == progress->current)
            continue;
        turn_to(progress, i, &out);
        print_waiting(progress, i, &out);
    }
    for (size_t i = 0; i < progress->plain_count; i++)
        progress->waiting += progress->plain[i].waiting.size;
    cog_progress_write(progress, &out);
}
