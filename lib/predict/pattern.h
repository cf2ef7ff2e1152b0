/* pattern.h - Python's regular expressions, as far as POSIX has the same. */
#ifndef COG_PREDICT_PATTERN_H
#define COG_PREDICT_PATTERN_H

#include <stdbool.h>

/* False only when `pattern`, searched as re.search() does, certainly does not match `text`.
 * Patterns with look-around, back references, lazy or other constructs that POSIX extended
 * expressions lack are taken to match. */
bool cog_pattern_may_match(const char *pattern, const char *text);

#endif
