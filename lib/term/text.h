/* text.h - pieces of text for a terminal. */
#ifndef COG_TERM_TEXT_H
#define COG_TERM_TEXT_H

#include <stddef.h>
#include <stdint.h>

/* Bytes as people read them: "512B", "12.3kB", "4.0GB" (powers of 1000). The caller frees
 * it. */
char *cog_text_bytes(int64_t bytes);

/* Milliseconds as seconds: "0.0s", "12.3s". The caller frees it. */
char *cog_text_seconds(int64_t milliseconds);

/* Cleans a line of foreign text: escape sequences and control characters go, a tab becomes
 * a space, a byte that is not UTF-8 becomes a "?", and of parts that carriage returns
 * overwrite, the last is kept. The caller frees it. */
char *cog_text_clean(const char *line, size_t size);

/* The number of leading bytes of `text` that fill at most `columns`; `*used` is how many
 * they fill. */
size_t cog_text_fit(const char *text, size_t columns, size_t *used);

/* The text, cut in its middle if it fills more than `columns`, of which there are 10 at
 * least: names of steps that begin alike differ behind. The caller frees it. */
char *cog_text_shorten(const char *text, size_t columns);

/* An RFC 3339 time in UTC ("2026-11-23T06:00:00.25Z") as milliseconds since 1970; 0 for
 * what is none, NULL included. */
int64_t cog_text_time(const char *text);

#endif
