/* python_text.h - the names, strings and lists of a Python file, without a grammar. */
#ifndef COG_DETECT_PYTHON_TEXT_H
#define COG_DETECT_PYTHON_TEXT_H

#include <jansson.h>
#include <stdbool.h>

struct cog_python {
    const char *at; /* what is read next */
    unsigned line, nesting;
    json_t *variables; /* names, and the literals that they stand for */
};

bool cog_python_is_word(char c);

/* Moves behind a character; behind white space, comments and joined lines. */
void cog_python_step(struct cog_python *s);
void cog_python_skip_blanks(struct cog_python *s);

/* Whether a string is at hand; and what strings beside each other say, null if that is not
 * Unicode. A field of a formatted string is $_. */
bool cog_python_is_string(const struct cog_python *s);
json_t *cog_python_strings(struct cog_python *s);

/* The dotted name at hand, "" if there is none. The caller frees it. */
char *cog_python_name(struct cog_python *s);

/* The value at hand as far as it is literal: a string, an array, else null. */
json_t *cog_python_value(struct cog_python *s);

#endif
