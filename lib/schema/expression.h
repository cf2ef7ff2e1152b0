/* expression.h - JSON Schema's regular expressions (ECMA 262) as POSIX extended ones.
 *
 * The result is for the C locale, where a character is a byte: classes match the UTF-8
 * bytes of a character. What POSIX has nothing for is refused: look-around, back
 * references, \b, \p{…}, named groups, characters above ASCII in brackets, anchors in the
 * middle or in a repeated group, and repetitions
 * of more than 1000 times or that would take too much memory. */
#ifndef COG_SCHEMA_EXPRESSION_H
#define COG_SCHEMA_EXPRESSION_H

/* Returns the translation, which the caller frees, or NULL with `*reason` saying in static
 * words what cannot be had. */
char *cog_expression_translate(const char *pattern, const char **reason);

#endif
