/* module.h - the names that a Python file defines at its top level.
 *
 * A light reading of the text, for people's mistakes and not for planning: blocks of `if`,
 * `try` and so on count as the top level, and the last definition of a name holds. */
#ifndef COG_DETECT_MODULE_H
#define COG_DETECT_MODULE_H

#include <jansson.h>

/* An object by name, a new reference:
 *     {"kind": "class", "line": 3, "methods": {"run": {"async": false, "line": 4}}}
 *     {"kind": "function", "line": 9, "async": true}
 *     {"kind": "other", "line": 1}               imported or assigned
 * and "*", which is no name, when all names of another module are imported. */
json_t *cog_module_names(const char *text);

#endif
