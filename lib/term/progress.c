/* progress.c - the progress of a build as text for people. */
#include "term/progress.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "term/drawing.h"

enum {
    REDRAW = 100, /* milliseconds between two drawings of the block */
};

struct cog_progress *cog_progress_new(enum cog_progress_mode mode, unsigned width,
                                      unsigned height, cog_progress_sink *sink, void *data)
{
    struct cog_progress *progress = cog_alloc(sizeof *progress);

    progress->mode = mode;
    progress->title = "Building";
    cog_progress_resize(progress, width, height);
    progress->sink = sink;
    progress->data = data;
    return progress;
}

void cog_progress_title(struct cog_progress *progress, const char *title)
{
    progress->title = title;
}

void cog_progress_resize(struct cog_progress *progress, unsigned width, unsigned height)
{
    progress->width = width < 20 ? 20 : width;
    progress->height = height < 5 ? 5 : height;
}

void cog_progress_colour(struct cog_progress *progress)
{
    progress->coloured = true;
}

void cog_progress_free(struct cog_progress *progress)
{
    for (size_t i = 0; i < progress->plain_count; i++)
        free(progress->plain[i].waiting.bytes);
    free(progress->plain);
    free(progress->columns);
    cog_steps_release(&progress->steps);
    free(progress);
}

static void print_json(struct cog_progress *progress, const json_t *report)
{
    auto_free char *text = json_dumps(report, JSON_COMPACT | JSON_SORT_KEYS);
    struct cog_term_lines line = {0};

    cog_term_lines_add(&line, "%s\n", text ? text : "{}");
    cog_progress_write(progress, &line);
}

void cog_progress_update(struct cog_progress *progress, const json_t *report, int64_t now)
{
    if (!progress->began)
        progress->began = now;
    progress->now = now;
    switch (progress->mode) {
    case COG_PROGRESS_QUIET:
        break;
    case COG_PROGRESS_RAWJSON:
        print_json(progress, report);
        break;
    case COG_PROGRESS_PLAIN:
        cog_steps_update(&progress->steps, report, &cog_plain_events, progress);
        cog_plain_print(progress, false);
        break;
    case COG_PROGRESS_TTY:
        cog_steps_update(&progress->steps, report, NULL, NULL);
        break;
    }
}

void cog_progress_tick(struct cog_progress *progress, int64_t now)
{
    progress->now = now;
    if (progress->mode == COG_PROGRESS_PLAIN)
        cog_plain_print(progress, false);
    if (progress->mode != COG_PROGRESS_TTY || now - progress->drawn_at < REDRAW)
        return;
    progress->drawn_at = now;
    cog_tty_draw(progress);
}

void cog_progress_finish(struct cog_progress *progress, int64_t now)
{
    progress->now = now;
    if (progress->mode == COG_PROGRESS_PLAIN)
        cog_plain_print(progress, true);
    if (progress->mode == COG_PROGRESS_TTY)
        cog_tty_draw(progress);
}
