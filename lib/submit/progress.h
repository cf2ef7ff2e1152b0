/* progress.h - the progress of a build on stderr. */
#ifndef COG_SUBMIT_PROGRESS_H
#define COG_SUBMIT_PROGRESS_H

#include "base/diag.h"
#include "buildkit/build.h"
#include "term/progress.h"

struct cog_submit_progress {
    struct cog_progress *progress;
    struct cog_diags *diags;
    int mode;
    unsigned width;
};

/* The cog_progress_mode of a name; -1: there is no such mode. "auto" is what
 * BUILDKIT_PROGRESS says, or tty where stderr is a terminal that can do it, else plain. */
int cog_submit_progress_mode(const char *name);

/* For what the title says, such as "Building". Flushes `diags`; what is reported later is
 * for after cog_submit_progress_close(), which leaves the screen as it should stay. */
struct cog_submit_progress cog_submit_progress_open(int mode, const char *title,
                                                    struct cog_diags *diags);

/* A cog_build_progress. */
void cog_submit_progress_update(void *data, const json_t *report);

void cog_submit_progress_close(struct cog_submit_progress *screen);

/* Tells what the build came to: in a line where the mode is for people, and with `timings`,
 * in any mode, a table of the steps. `builder` is what built. */
void cog_submit_progress_summarize(const struct cog_submit_progress *screen,
                                   const struct cog_built *built, bool timings,
                                   const struct cog_builder *builder);

#endif
