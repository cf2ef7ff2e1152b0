/* prompt.h - asks the person at the terminal. */
#ifndef COG_CLI_PROMPT_H
#define COG_CLI_PROMPT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"

/* Shows the question (NULL: none) on stderr and reads a line of standard input, without its
 * end, into `line`. What is typed for a secret is not shown. Returns 0, or -1 for Ctrl-C;
 * at the end of the input the line is empty. */
int cog_prompt(const char *question, bool secret, char *line, size_t size,
               struct cog_diags *diags);

#endif
