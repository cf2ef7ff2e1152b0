/* specifier.h - sets of version clauses (PEP 440), as ">=1.0,!=1.3.*", read and applied as
 * by the `packaging` library. */
#ifndef COG_PEP_SPECIFIER_H
#define COG_PEP_SPECIFIER_H

#include "pep/fault.h"
#include "pep/version.h"

enum cog_operator {
    COG_IDENTICAL, /* === compares the text, in any case */
    COG_EQUAL,
    COG_COMPATIBLE, /* ~= */
    COG_NOT_EQUAL,
    COG_AT_MOST,
    COG_AT_LEAST,
    COG_LESS,
    COG_GREATER,
};

struct cog_clause {
    enum cog_operator op;
    char *text;                 /* what stands after the operator, as written */
    bool wildcard;              /* it ends in ".*" */
    struct cog_version version; /* without the wildcard; after === it may be empty */
};

/* All clauses must hold; without any, everything fits. In the order written. */
struct cog_specifier {
    struct cog_clause *clauses;
    size_t count;
};

enum cog_prereleases {
    COG_PRERELEASES_AUTO, /* if a clause names one, or when nothing else fits */
    COG_PRERELEASES_YES,
    COG_PRERELEASES_NO,
};

/* Returns 0, or -1 and why not. */
int cog_specifier_parse(struct cog_specifier *specifier, const char *text,
                        struct cog_fault *fault);
void cog_specifier_release(struct cog_specifier *specifier);

/* The clauses without white space, versions as written; the caller frees it. */
char *cog_specifier_text(const struct cog_specifier *specifier);

/* Whether `version` fits. What is no version by PEP 440 fits only === and the empty set. */
bool cog_specifier_contains(const struct cog_specifier *specifier, const char *version,
                            enum cog_prereleases prereleases);

/* For readers of larger texts: one clause. How many bytes of an operator `text` begins
 * with; a clause that is all of the `size` bytes of `text`; whether a version fits it. */
size_t cog_operator_length(const char *text);
int cog_clause_parse(struct cog_clause *clause, const char *text, size_t size,
                     struct cog_fault *fault);
bool cog_clause_contains(const struct cog_clause *clause, const char *version);
void cog_clause_release(struct cog_clause *clause);

#endif
