/* drawing.h - what progress.c shares with its ways of drawing. */
#ifndef COG_TERM_DRAWING_H
#define COG_TERM_DRAWING_H

#include "steps/steps.h"
#include "term/progress.h"

/* Text that grows; to be written in one piece. */
struct cog_term_lines {
    char *bytes;
    size_t size, capacity;
};

void cog_term_lines_add(struct cog_term_lines *text, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* A step in plain mode. */
struct cog_plain_row {
    unsigned number;               /* 0: not printed yet */
    struct cog_term_lines waiting; /* lines for which it is not its turn */
    int64_t ended_at;              /* 0: it is at work, or has not begun */
    bool ended;                    /* how it ended is among the lines */
    bool told;                     /* what it runs, too */
};

struct cog_progress {
    enum cog_progress_mode mode;
    unsigned width, height;
    const char *title; /* what is done: "Building" */
    cog_progress_sink *sink;
    void *data;
    struct cog_steps steps;
    int64_t began, now;

    struct cog_plain_row *plain; /* as many as rows */
    size_t plain_count, current; /* the row that is being printed; plain_count: none */
    unsigned numbers;            /* given out */
    size_t waiting;              /* bytes of lines that wait for their turn */
    int64_t turned;              /* when `current` began or last wrote */

    bool coloured;
    size_t drawn;    /* lines of the block on the terminal */
    size_t *columns; /* of each of them */
    int64_t drawn_at;
};

void cog_progress_write(struct cog_progress *progress, struct cog_term_lines *text);

/* Line by line: the events that fill the steps' waiting lines, and the printing of them.
 * With `all`, every row gets its turn. */
extern const struct cog_steps_events cog_plain_events;
void cog_plain_print(struct cog_progress *progress, bool all);

/* The block: drawn over the one before. */
void cog_tty_draw(struct cog_progress *progress);

#endif
