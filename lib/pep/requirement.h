/* requirement.h - one requirement of a Python package (PEP 508), as in "name[extra]>=1;
 * marker". */
#ifndef COG_PEP_REQUIREMENT_H
#define COG_PEP_REQUIREMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"

/* All strings are the caller's, released by cog_requirement_release(). */
struct cog_requirement {
    char *name;      /* normalised by PEP 503 */
    char **extras;   /* normalised likewise; NULL-terminated */
    char *specifier; /* as of cog_specifier_text(); "" when there is none */
    char *marker;    /* as of cog_marker_text(); NULL */
    char *url;       /* of "name @ url"; NULL */
};

/* Returns 0, or -1 after a diagnostic requirement.syntax at `at`, whose column is that of
 * `text`. Refuses what `packaging` refuses, and white space of any kind within a URL. */
int cog_requirement_parse(struct cog_requirement *requirement, const char *text,
                          struct cog_pos at, struct cog_diags *diags);
void cog_requirement_release(struct cog_requirement *requirement);

/* The canonical text, which pip reads as the same requirement; the caller frees it. */
char *cog_requirement_text(const struct cog_requirement *requirement);

#endif
