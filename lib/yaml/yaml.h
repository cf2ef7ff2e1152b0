/* yaml.h - YAML text to JSON, with the position of every node.
 *
 * Plain scalars are read by YAML 1.2's core schema, except that what would lose text stays
 * text: a float
 * (`3.10`), an integer that is not written canonically (`0755`), `yes` and `on` are
 * strings. Refused, each with its place (yaml.*): bad syntax, more than one document,
 * duplicate keys, keys that are not scalars, nesting over 32, more than 20,000 nodes
 * (aliases expanded), invalid UTF-8. */
#ifndef COG_YAML_YAML_H
#define COG_YAML_YAML_H

#include <jansson.h>
#include <stddef.h>

#include "base/diag.h"

struct cog_yaml {
    json_t *value;     /* the document; null when it is empty */
    json_t *positions; /* JSON Pointer -> [line, column] of the value */
    json_t *keys;      /* JSON Pointer -> [line, column] of the member's key */
};

/* `file` is for messages. Returns 0, or -1 after diagnostics. */
int cog_yaml_load(struct cog_yaml *yaml, const char *text, size_t size, const char *file,
                  struct cog_diags *diags);
void cog_yaml_release(struct cog_yaml *yaml);

#endif
