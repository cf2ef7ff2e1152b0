/* text.h - pieces of text for a terminal. */
#ifndef COG_TERM_TEXT_H
#define COG_TERM_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "steps/steps.h"

/* Bytes as people read them: "512B", "12.3kB", "4.0GB" (powers of 1000). The caller frees
 * it. */
char *cog_text_bytes(int64_t bytes);

/* Milliseconds as seconds: "0.0s", "12.3s". The caller frees it. */
char *cog_text_seconds(int64_t milliseconds);

/* "DONE 1.2s", "CACHED", "CANCELED", "ERROR: ...". The caller frees it. */
char *cog_text_outcome(const struct cog_step *step);

/* "12.3MB / 45.0MB 1.2s", what there is of it. The caller frees it. */
char *cog_text_amount(const struct cog_step_part *part, int64_t now);

/* The number of leading bytes of `text` that fill at most `columns`; `*used` is how many
 * they fill. */
size_t cog_text_fit(const char *text, size_t columns, size_t *used);

/* The text, cut in its middle if it fills more than `columns`, of which there are 10 at
 * least: names of steps that begin alike differ behind. The caller frees it. */
char *cog_text_shorten(const char *text, size_t columns);

#endif
