/* imports.h - what a Python file imports. */
#ifndef COG_DETECT_IMPORTS_H
#define COG_DETECT_IMPORTS_H

#include <jansson.h>

/* The modules that a file imports, anywhere in it, as a set: "a.b", and for "from .a import
 * b" both ".a" and ".a.b". Sets in `aliases` what each name of the file stands for, such as
 * "run": "subprocess.run". A new reference. */
json_t *cog_module_imports(const char *text, json_t *aliases);

#endif
