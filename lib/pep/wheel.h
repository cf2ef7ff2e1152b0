/* wheel.h - the file name of a wheel: NAME-VERSION(-BUILD)-PYTHON-ABI-PLATFORM.whl (PEP
 * 427). */
#ifndef COG_PEP_WHEEL_H
#define COG_PEP_WHEEL_H

#include <stdbool.h>

/* Whether the last part of `path` ends in .whl. */
bool cog_is_wheel(const char *path);

/* The requirement "NAME==VERSION" that the file name (without folders) stands for, which
 * the caller frees; NULL when it is malformed. Whether the name and the version are ones is
 * for cog_requirement_parse() to say. */
char *cog_wheel_requirement(const char *file);

#endif
