/* lines.h - the logical lines of a requirements file: continuations joined, comments gone.
 *
 * As pip has it: a line ends where Python's str.splitlines() ends it; a backslash at the
 * very end continues it, unless the line is a comment; a # begins a comment at the start of
 * a line or after white space. */
#ifndef COG_PEP_LINES_H
#define COG_PEP_LINES_H

/* What is still to be read of a text (UTF-8, borrowed), and the number of its first line.
 */
struct cog_lines {
    const char *next;
    unsigned number;
};

/* The next logical line that is not blank, without white space around it, which the caller
 * frees; `*number` is that of the line where it begins. NULL after the last one. */
char *cog_lines_next(struct cog_lines *lines, unsigned *number);

/* Removes white space at both ends. */
void cog_lines_strip(char *text);

#endif
