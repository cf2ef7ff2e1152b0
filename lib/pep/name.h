/* name.h - names of packages and of their extras. */
#ifndef COG_PEP_NAME_H
#define COG_PEP_NAME_H

#include <stddef.h>

/* The first `size` bytes of `name` as PEP 503 compares them: lower case, a - for any run of
 * -, _ and . ; the caller frees it. Letters beyond ASCII, which no name has, stay. */
char *cog_name_normalise(const char *name, size_t size);

#endif
