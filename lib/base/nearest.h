/* nearest.h - the known word that a misspelt one most likely means. */
#ifndef COG_BASE_NEAREST_H
#define COG_BASE_NEAREST_H

#include <jansson.h>

/* The member name of `known` with the smallest edit distance to `word`, if that is at most
 * a third of its length, rounded up; else NULL. Borrowed from `known`. Words over 64 bytes
 * are never near. */
const char *cog_nearest(const char *word, const json_t *known);

#endif
