/* pattern.h - Python's regular expressions, as far as PCRE2 has the same. */
#ifndef COG_PREDICT_PATTERN_H
#define COG_PREDICT_PATTERN_H

#include <stdbool.h>

/* False only when `pattern`, searched as re.search() does, certainly does not match `text`.
 * Texts beyond ASCII, patterns that Python alone reads so, and those that take too long are
 * taken to match. */
bool cog_pattern_may_match(const char *pattern, const char *text);

#endif
