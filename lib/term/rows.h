/* rows.h - the state of a build's steps, made from reports, for drawing. */
#ifndef COG_TERM_ROWS_H
#define COG_TERM_ROWS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    COG_ROW_TAIL = 6, /* lines of output that are kept for drawing */
};

/* A transfer or another part of a step. */
struct cog_part {
    char *id;
    int64_t current, total; /* bytes when `total` or `current` is not 0 */
    int64_t started, completed;
};

/* A step. Times are milliseconds since 1970, 0: not yet. */
struct cog_row {
    char *digest, *name, *error;
    char *command; /* what it runs, where its name does not say it; or NULL */
    bool cached;
    int64_t started, completed;
    int64_t worked; /* milliseconds of intervals that are over */
    struct cog_part *parts;
    size_t part_count;
    char *tail[COG_ROW_TAIL]; /* a ring of clean lines */
    size_t lines;             /* so far */
    char *partial;            /* a line without its end */
    size_t partial_size, partial_capacity;
};

struct cog_rows {
    struct cog_row *items;
    size_t count;
    size_t bytes; /* of their texts */
};

/* Told of what a report says that is news; any may be NULL. */
struct cog_rows_events {
    /* a line of output, clean, and when it was written */
    void (*line)(void *data, size_t row, const char *line, int64_t time);
    void (*part)(void *data, size_t row, const struct cog_part *part);
    void (*changed)(void *data, size_t row); /* began, ended or failed */
};

void cog_rows_release(struct cog_rows *rows);

/* Takes a report (client.SolveStatus as JSON) into account. */
void cog_rows_update(struct cog_rows *rows, const json_t *report,
                     const struct cog_rows_events *events, void *data);

/* Whether a step is at work. */
bool cog_row_running(const struct cog_row *row);

/* Whether a step ended because the build was stopped. */
bool cog_row_canceled(const struct cog_row *row);

/* Milliseconds that a step has taken until `now`. */
int64_t cog_row_milliseconds(const struct cog_row *row, int64_t now);

/* "DONE 1.2s", "CACHED", "CANCELED", "ERROR: ...". The caller frees it. */
char *cog_row_outcome(const struct cog_row *row);

/* "12.3MB / 45.0MB 1.2s", what there is of it. The caller frees it. */
char *cog_part_amount(const struct cog_part *part, int64_t now);

#endif
