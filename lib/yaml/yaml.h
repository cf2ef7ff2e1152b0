/* yaml.h - YAML text to JSON, with the position of every node.
 *
 * Plain scalars are read by YAML 1.2's core schema, except that what would lose text stays
 * text: a float (`3.10`, `1e3`), an integer that is not written canonically (`0755`);
 * `yes` and `on` are strings. Merge keys (`<<`) are followed as YAML 1.1 has them.
 *
 * Refused, each with its place (yaml.*): bad syntax, more than one document, duplicate
 * keys, keys that are not scalars, tags other than those of the core schema, aliases
 * without an anchor, UTF-8 that is none; and, with aliases expanded, nesting over 32, more
 * than 20,000 values, more than 16 MiB of texts and pointers. */
#ifndef COG_YAML_YAML_H
#define COG_YAML_YAML_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"

struct cog_yaml {
    json_t *value;     /* the document; null when it is empty */
    json_t *positions; /* JSON Pointer -> [line, column] of the value */
    json_t *keys;      /* JSON Pointer -> [line, column] of the member's key */
    bool flawed;       /* errors were reported; what they are about is left out */
};

/* `text` ends with a NUL byte after its `size`. `file` is for messages. Returns 0 when
 * there is a document, though maybe a flawed one that is only good for finding more errors;
 * else -1 after diagnostics. */
int cog_yaml_load(struct cog_yaml *yaml, const char *text, size_t size, const char *file,
                  struct cog_diags *diags);
void cog_yaml_release(struct cog_yaml *yaml);

#endif
