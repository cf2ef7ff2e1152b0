/* remedy.h - what to add to cog.yaml for what a program's output says is missing. */
#ifndef COG_VERSIONS_REMEDY_H
#define COG_VERSIONS_REMEDY_H

/* Reads one line of output: a program, a header, a library or a Python module that was not
 * found, by the compiled tables. Returns a sentence without its end, which the caller
 * frees; NULL: the line says nothing of the kind. */
char *cog_remedy(const char *line);

#endif
