/* spent.h - what a step's time was spent on, as far as its reports tell.
 *
 * BuildKit reports transfers and exports as parts of a step (VertexStatus). uv prints how
 * long each part of an installation took ("Prepared 8 packages in 2.31s"), and so does
 * python/cog_install ("Compiled modules in 1.20s"); pip prints what it begins with. Time
 * that nothing of this explains is counted by the kind of the step. */
#ifndef COG_STEPS_SPENT_H
#define COG_STEPS_SPENT_H

#include <jansson.h>
#include <stdint.h>

enum cog_spending {
    COG_SPENT_NETWORK, /* resolving and downloads, pushes */
    COG_SPENT_UNPACK,  /* packages and layers */
    COG_SPENT_COMPILE, /* bytecode */
    COG_SPENT_COPY,    /* folders of the project, files from stage to stage */
    COG_SPENT_EXPORT,
    COG_SPENT_RUN, /* commands, for anything else */
    COG_SPENDINGS,
};

struct cog_spent {
    int64_t printed[COG_SPENDINGS]; /* milliseconds, by what programs printed */
    int64_t marked;                 /* when pip said something last */
    /* milliseconds since 1970: from the first part's beginning to the last one's end */
    int64_t from[COG_SPENDINGS], to[COG_SPENDINGS];
};

/* Takes a line of a step's output into account, and when it was written: milliseconds since
 * 1970, 0: unknown. */
void cog_spent_line(struct cog_spent *spent, const char *line, int64_t time);

/* Takes a part into account, whose times are milliseconds since 1970, 0: not yet. */
void cog_spent_part(struct cog_spent *spent, const char *id, int64_t started,
                    int64_t completed);

/* An object of milliseconds by "network", "unpack", "compile", "copy", "export" and "run",
 * without those that are 0; together they are `total`. `kind` is the step's
 * (binding.h), NULL: it is BuildKit's own and has this `name`. A new reference. */
json_t *cog_spent_json(const struct cog_spent *spent, const char *kind, const char *name,
                       int64_t total);

#endif
