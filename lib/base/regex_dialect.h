/* regex_dialect.h - what a dialect of regular expressions is to PCRE2; for base/regex.c. */
#ifndef COG_BASE_REGEX_DIALECT_H
#define COG_BASE_REGEX_DIALECT_H

#include "base/regex.h"

/* The pattern as PCRE2 has to be given it, which the caller frees. NULL when it has
 * something that PCRE2 lacks or reads otherwise; `*reason` is then static. What is wrong in
 * either is left to PCRE2. */
char *cog_regex_translate(const char *pattern, enum cog_regex_dialect dialect,
                          const char **reason);

#endif
