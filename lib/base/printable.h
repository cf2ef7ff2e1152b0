/* printable.h - foreign text as one line that no terminal acts upon. */
#ifndef COG_BASE_PRINTABLE_H
#define COG_BASE_PRINTABLE_H

/* A copy of `text` in UTF-8, for the caller to free. Control characters (C0, DEL, C1), line
 * and paragraph separators and those that reorder text (Unicode TR 36, 2.10) are written
 * \n, \r, \t, \x1b or \u202e, bytes that are not UTF-8 \xff. */
char *cog_printable(const char *text);

#endif
