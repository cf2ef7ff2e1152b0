/* catalog.h - base images: what each of them holds, and which one fits.
 *
 * A row of the table of base images is one image, or many that are called alike: {python},
 * {cuda} and {torch} in its name stand for versions. Where several fit equally well, the
 * first is taken. */
#ifndef COG_VERSIONS_CATALOG_H
#define COG_VERSIONS_CATALOG_H

#include <stdbool.h>

#include "versions/tables.h"

/* One image, and what it is said to hold; NULL: nothing is said. All belongs to the struct.
 */
struct cog_base {
    char *image;
    char *build;  /* where to compile instead; NULL: in the image itself */
    char *python; /* versions with spaces between them, "*" for any */
    char *cuda, *cudnn;
    char *suite; /* the release of Debian or Ubuntu, as "bookworm" */
    bool apt;    /* Python is to be installed by apt */
};

/* What an image has to hold. */
struct cog_base_need {
    const char *cuda;  /* "12", "12.4", "12.4.1"; NULL: none */
    const char *cudnn; /* "9", "8.9", "" for any; NULL: none */
    const char *suite; /* "bookworm"; NULL: any */
    const char *use;   /* "base"; NULL: "plan" */
};

/* The minor versions of Python that are looked for; what fits the last one is not limited.
 */
enum { COG_OLDEST_PYTHON = 10, COG_NEWEST_PYTHON = 99 };

void cog_base_release(struct cog_base *base);

/* What is wrong with a row, and in which column; static. NULL: nothing. */
const char *cog_catalog_fault(const char *const *row, size_t *column);

/* The name of an image as people write it, without a digest; the caller frees it. NULL: it
 * is no name. */
char *cog_catalog_name(const char *name);

/* What the images say that are called `name`; false: none is. `name` may have a digest. */
bool cog_catalog_find(const struct cog_table *table, const char *name,
                      struct cog_base *base);

/* The image with what is needed and that Python (NULL: whichever). It has the newest CUDA
 * of those asked for; when there is none of that minor version, the newest before it, else
 * the oldest after it, within the major one, since what is built for another one still runs
 * there. Without a need for CUDA it is one that has none, if possible. False: there is no
 * such image. */
bool cog_catalog_choose(const struct cog_table *table, const struct cog_base_need *need,
                        const char *python, struct cog_base *base);

/* All Pythons that cog_catalog_choose() would find images with that CUDA for, sorted, with
 * spaces between them, "*" for any, "" for none; the caller frees it. */
char *cog_catalog_pythons(const struct cog_table *table, const struct cog_base_need *need);

/* The one of these Pythons (a cell of the table) that `python` is, in as many numbers as
 * one of the two has; the caller frees it. NULL: none. */
char *cog_catalog_python(const char *pythons, const char *python);

/* Whether the text can name a release of Debian or Ubuntu. */
bool cog_is_suite(const char *text);

/* Whether the text is from `least` to `most` numbers with dots between them. */
bool cog_is_plain_version(const char *text, size_t least, size_t most);

#endif
