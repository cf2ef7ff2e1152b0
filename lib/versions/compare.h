/* compare.h - versions of packages and of CUDA, compared. What is no version is equal to
 * nothing and less than nothing. */
#ifndef COG_VERSIONS_COMPARE_H
#define COG_VERSIONS_COMPARE_H

#include <stdbool.h>
#include <stddef.h>

bool cog_same_version(const char *one, const char *other); /* without local versions */
bool cog_less_version(const char *one, const char *other);
bool cog_same_parts(const char *one, const char *other, size_t parts);
bool cog_fits_specifier(const char *specifier, const char *version);

#endif
