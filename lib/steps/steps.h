/* steps.h - the steps of a build, made from its reports: names, output, times, how they
 * ended.
 *
 * A report has the form of BuildKit's `--progress=rawjson` (the Go type client.SolveStatus
 * of moby/buildkit, client/graph.go), where steps are called vertices. One is announced
 * without times, and then has one or several intervals of work (its cache key, then its
 * run); a later report replaces an earlier one of the same interval. */
#ifndef COG_STEPS_STEPS_H
#define COG_STEPS_STEPS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "steps/spent.h"

enum {
    COG_STEP_TAIL = 60,        /* lines of output that are kept of a step */
    COG_STEP_NAME = 4 << 10,   /* bytes that are kept of a name or an error */
    COG_STEPS_BYTES = 8 << 20, /* of all texts; what comes later is left out */
};

/* A transfer or another part of a step. */
struct cog_step_part {
    char *id;
    int64_t current, total; /* bytes when `total` or `current` is not 0 */
    int64_t started, completed;
};

/* A step. Its texts are clean (report_text.h). Times are milliseconds since 1970, 0: not
 * yet. */
struct cog_step {
    char *digest, *name, *error;
    char *command; /* what it runs, where its name does not say it; or NULL */
    bool cached;
    int64_t started, completed;
    int64_t worked; /* milliseconds of intervals that are over */
    struct cog_spent spent;
    struct cog_step_part *parts;
    size_t part_count;
    char *tail[COG_STEP_TAIL]; /* a ring of whole lines */
    size_t lines;              /* that it has written so far */
    char *partial;             /* the line that has no end yet, as it came, or NULL */
    size_t partial_size, partial_capacity;
};

struct cog_steps {
    struct cog_step *items;
    size_t count;
    size_t bytes; /* of their texts */
};

/* Told of what a report says that is news; any may be NULL. */
struct cog_steps_events {
    /* a line of output, clean, and when it was written */
    void (*line)(void *data, size_t step, const char *line, int64_t time);
    void (*part)(void *data, size_t step, const struct cog_step_part *part);
    void (*changed)(void *data, size_t step); /* began, ended or failed */
};

void cog_steps_release(struct cog_steps *steps);

/* Takes a report into account. `events` may be NULL. */
void cog_steps_update(struct cog_steps *steps, const json_t *report,
                      const struct cog_steps_events *events, void *data);

/* Whether a step is at work. */
bool cog_step_running(const struct cog_step *step);

/* Whether a step ended because the build was stopped. */
bool cog_step_canceled(const struct cog_step *step);

/* Milliseconds that a step has taken until `now`. */
int64_t cog_step_milliseconds(const struct cog_step *step, int64_t now);

/* The `index`-th last line of the step's output, 0 being the last, which may have no end
 * yet; NULL: there is none. */
const char *cog_step_line(const struct cog_step *step, size_t index);

/* When the first step began, in seconds since 1970 by the engine's clock; 0: none did. */
int64_t cog_steps_began(const struct cog_steps *steps);

#endif
