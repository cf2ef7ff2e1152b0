/* character.h - the characters of UTF-8 text on a terminal. */
#ifndef COG_BASE_CHARACTER_H
#define COG_BASE_CHARACTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Reads the character at `text`. Returns its length in bytes, 0 for what is not UTF-8. */
size_t cog_character_decode(const char *text, size_t size, uint32_t *code);

/* Whether all of a text is UTF-8. */
bool cog_is_utf8(const char *text);

/* The columns that it takes: 0 for a combining mark, 2 for a wide character (Unicode
 * Standard Annex #11, by blocks), else 1. */
size_t cog_character_width(uint32_t code);

#endif
