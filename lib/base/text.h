/* text.h - a string that is printed to; running out of memory ends the program, as
 * everywhere. */
#ifndef COG_BASE_TEXT_H
#define COG_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Opens a stream whose output is, once cog_text_close() has been called, the string `*text`
 * of `*size` bytes, which the caller frees. */
FILE *cog_text_open(char **text, size_t *size);

/* Closes the stream; `text` as for opening. A stream that lost output for want of memory
 * says so only now. */
void cog_text_close(FILE *stream, char *const *text);

/* Compares two strings of an array, for qsort(3) and bsearch(3). */
int cog_text_compare(const void *a, const void *b);

bool cog_text_ends(const char *text, const char *with);

#endif
