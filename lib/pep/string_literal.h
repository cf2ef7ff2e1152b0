/* string_literal.h - short strings as Python quotes them, which is how markers hold their
 * values.
 */
#ifndef COG_PEP_STRING_LITERAL_H
#define COG_PEP_STRING_LITERAL_H

#include <stdio.h>

#include "pep/fault.h"

/* Reads the string that `*next` begins with, a quote, and moves `*next` behind it. Returns
 * the value, which the caller frees; NULL and what is wrong, `fault->at` counting from the
 * quote. A quote cannot be escaped (PEP 508). Refused, though Python knows them: \N{NAME},
 * NUL and halves of surrogate pairs. */
char *cog_string_literal_read(const char **next, struct cog_fault *fault);

/* Prints `value`, in double quotes if it can be, so that a line of a requirements file may
 * hold it. */
void cog_string_literal_write(FILE *out, const char *value);

#endif
