/* toml.h - TOML 1.0 text to JSON, with the position of every node.
 *
 * Tables become objects in the order written, arrays arrays, booleans, integers (64 bits)
 * and finite floats what they are. What JSON cannot say becomes text: inf, -inf and nan,
 * and dates and times as RFC 3339 writes them. Refused, each with its place (toml.*): all
 * that TOML 1.0 refuses, integers beyond 64 bits, nesting over 64, invalid UTF-8. */
#ifndef COG_TOML_TOML_H
#define COG_TOML_TOML_H

#include <jansson.h>
#include <stddef.h>

#include "base/diag.h"

struct cog_toml_places; /* node -> line and column */

struct cog_toml {
    json_t *value;    /* an object */
    const char *file; /* borrowed */
    struct cog_toml_places *places;
};

/* `file` is for messages and must outlive `toml`. Returns 0, or -1 after a diagnostic. */
int cog_toml_load(struct cog_toml *toml, const char *text, size_t size, const char *file,
                  struct cog_diags *diags);
void cog_toml_release(struct cog_toml *toml);

/* Where `node`, a part of `toml->value` that was reached through it, is written: a table at
 * its header or first key, a value at its first character. Booleans share one node in
 * jansson; for them, and for what is not a part, only the file is known. */
struct cog_pos cog_toml_at(const struct cog_toml *toml, const json_t *node);

#endif
