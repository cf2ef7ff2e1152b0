/* steps.h - the steps of a build as BuildKit reports them: names, times, how they ended.
 *
 * BuildKit calls them vertices. One is announced without times, and then has one or several
 * intervals of work (its cache key, then its run); a later report replaces an earlier one
 * of the same interval. Source: moby/buildkit client/graph.go. */
#ifndef COG_BUILDKIT_STEPS_H
#define COG_BUILDKIT_STEPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buildkit.pb-c.h"
#include "buildkit/spent.h"

enum {
    COG_STEP_TAIL = 60,      /* lines of output that are kept of a step */
    COG_STEP_LINE = 4 << 10, /* bytes that are kept of a line, a name or an error */
    COG_STEPS_BYTES =
        8 << 20, /* that are kept of all steps; what comes later is left out */
};

struct cog_build_step {
    char *digest;
    char *name;
    char *error; /* NULL: none (yet) */
    bool cached;
    int64_t started,
        completed;  /* nanoseconds since 1970 of the last interval; 0: not yet */
    int64_t worked; /* nanoseconds of the intervals before */
    struct cog_spent spent;
    char *tail[COG_STEP_TAIL]; /* a ring of whole lines */
    size_t lines;              /* that the step has written so far */
    char *partial;             /* the line that has no end yet, or NULL */
};

struct cog_build_steps {
    struct cog_build_step *items; /* in the order of their announcement */
    size_t count;
    size_t bytes; /* of their texts */
};

void cog_build_steps_release(struct cog_build_steps *steps);

/* Takes a report into account. */
void cog_build_steps_update(struct cog_build_steps *steps,
                            const Buildkit__StatusResponse *report);

/* The `index`-th last line of the step's output, 0 being the last; NULL: there is none. */
const char *cog_build_step_line(const struct cog_build_step *step, size_t index);

/* When the first step began, in seconds since 1970 by the engine's clock; 0: none did. */
int64_t cog_steps_began(const struct cog_build_steps *steps);

/* Milliseconds that the step has taken. */
int64_t cog_build_step_milliseconds(const struct cog_build_step *step);

#endif
