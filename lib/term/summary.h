/* summary.h - what a build came to, as text for people. */
#ifndef COG_TERM_SUMMARY_H
#define COG_TERM_SUMMARY_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

struct cog_summary {
    const json_t *steps; /* those of cog/image-1; borrowed */
    int64_t milliseconds;
    int64_t sent;        /* bytes of files */
    int layers;          /* that are new; -1: unknown */
    int64_t layer_size;  /* bytes of them, not compressed */
    const char *builder; /* its address; NULL: it is not told */
};

/* One line: the steps of the plan's stages, how many of them were cached, the time, what
 * was sent to the engine, what a push has to send, and who built. The caller frees it. */
char *cog_summary_line(const struct cog_summary *summary);

/* The steps that were not cached, a line each, and what their time was spent on, in
 * seconds; `width` is the terminal's. The caller frees it. */
char *cog_summary_table(const json_t *steps, unsigned width);

#endif
