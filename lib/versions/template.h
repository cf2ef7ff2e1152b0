/* template.h - names of images in which {python}, {cuda} and {torch} stand for versions. */
#ifndef COG_VERSIONS_TEMPLATE_H
#define COG_VERSIONS_TEMPLATE_H

#include <stdbool.h>

enum cog_holder { COG_HOLDER_PYTHON, COG_HOLDER_CUDA, COG_HOLDER_TORCH, COG_HOLDER_COUNT };

enum { COG_HOLDER_SIZE = 16 };

/* The versions in a name; "" where it has none. */
struct cog_template_match {
    char versions[COG_HOLDER_COUNT][COG_HOLDER_SIZE];
};

/* The name with these versions; what has none (NULL) stays as it is. The caller frees it.
 */
char *cog_template_fill(const char *template, const char *const versions[COG_HOLDER_COUNT]);

/* Whether `name` is made like the template. */
bool cog_template_match(const char *template, const char *name,
                        struct cog_template_match *match);

#endif
