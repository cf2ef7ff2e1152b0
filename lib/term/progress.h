/* progress.h - the progress of a build as text for people.
 *
 * Reports go in, in the form of BuildKit's rawjson (the Go type client.SolveStatus), text
 * comes out; there is no I/O and no clock here. The modes are those of the docker command:
 *
 * plain: line by line: "#3 [uv] fetch uv", "#3 $ python ...", "#3 1.25 Collecting ...",
 * "#3 DONE 4.1s"
 *
 * tty: a block that is drawn again in place, with bars; needs cog_progress_tick()
 *
 * rawjson: the reports, one object a line
 *
 * quiet: nothing
 *
 * Besides BuildKit's members, a vertex may have "command": what it runs. */
#ifndef COG_TERM_PROGRESS_H
#define COG_TERM_PROGRESS_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

enum cog_progress_mode {
    COG_PROGRESS_QUIET,
    COG_PROGRESS_PLAIN,
    COG_PROGRESS_TTY,
    COG_PROGRESS_RAWJSON,
};

/* Takes what is to be written. */
typedef void cog_progress_sink(void *data, const char *text, size_t size);

struct cog_progress;

/* `width` and `height` of the terminal, for tty. */
struct cog_progress *cog_progress_new(enum cog_progress_mode mode, unsigned width,
                                      unsigned height, cog_progress_sink *sink, void *data);
void cog_progress_free(struct cog_progress *progress);

/* What a tty says that is done, instead of "Building"; borrowed. */
void cog_progress_title(struct cog_progress *progress, const char *title);

/* The terminal has another size now. */
void cog_progress_resize(struct cog_progress *progress, unsigned width, unsigned height);

/* Ended, failed and cancelled steps get colours on the terminal. */
void cog_progress_colour(struct cog_progress *progress);

/* Takes a report. `now`: milliseconds since 1970. */
void cog_progress_update(struct cog_progress *progress, const json_t *report, int64_t now);

/* Lets time pass: the tty block is drawn again, at most ten times a second. */
void cog_progress_tick(struct cog_progress *progress, int64_t now);

/* Writes what is still to be written: the last state stays on the terminal. */
void cog_progress_finish(struct cog_progress *progress, int64_t now);

#endif
