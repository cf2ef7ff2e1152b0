/* class.h - sets of characters, as \d, . and brackets of regular expressions mean them. */
#ifndef COG_SCHEMA_CLASS_H
#define COG_SCHEMA_CLASS_H

#include <stdbool.h>

/* Above ASCII, ECMA 262 tells three kinds apart. */
struct cog_class {
    bool ascii[128];
    bool lines;  /* U+2028 and U+2029, which . leaves out */
    bool spaces; /* what else \s takes */
    bool others;
};

/* What the letter after a backslash stands for ("dDwWsS"), or "."; false for any other. */
bool cog_class_known(struct cog_class *class, char letter);

void cog_class_add(struct cog_class *class, const struct cog_class *more);
void cog_class_add_range(struct cog_class *class, int first, int last);
void cog_class_complement(struct cog_class *class);

/* As a POSIX extended expression over the bytes of UTF-8; the caller frees it. NULL: the
 * class is empty. */
char *cog_class_text(const struct cog_class *class);

#endif
