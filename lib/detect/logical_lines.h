/* logical_lines.h - the logical lines of a Python file (the Python Language
 * Reference, 2.1). */
#ifndef COG_DETECT_LOGICAL_LINES_H
#define COG_DETECT_LOGICAL_LINES_H

#include <stdbool.h>

struct cog_logical_line {
    const char *start, *at; /* the file's text, and what of it is still to be read */
    char *text;             /* the line: without comments, every string being "" */
    unsigned number;        /* of its first line, from 1 */
    unsigned indent;        /* columns before it */
    unsigned read;          /* ends of lines before `at` */
};

/* `text` is borrowed. */
void cog_logical_line_init(struct cog_logical_line *line, const char *text);
void cog_logical_line_release(struct cog_logical_line *line);

/* Goes to the next line; false at the end. What is not Python gives lines all the same. */
bool cog_logical_line_next(struct cog_logical_line *line);

#endif
