/* report_text.h - texts of a build's reports. */
#ifndef COG_STEPS_REPORT_TEXT_H
#define COG_STEPS_REPORT_TEXT_H

#include <stddef.h>
#include <stdint.h>

/* Cleans a line of foreign text: escape sequences and control characters go, a tab becomes
 * a space, a byte that is not UTF-8 becomes a "?", and of parts that carriage returns
 * overwrite, the last is kept. The caller frees it. */
char *cog_report_line(const char *line, size_t size);

/* An RFC 3339 time in UTC ("2026-11-23T06:00:00.25Z") as milliseconds since 1970; 0 for
 * what is none, NULL included. */
int64_t cog_report_time(const char *text);

#endif
