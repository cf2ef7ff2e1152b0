/* marker.h - the condition of a requirement (PEP 508), as "python_version < '3.9' and
 * os_name == 'nt'", read and evaluated as by the `packaging` library.
 *
 * Among its ways: versions of Python, of its implementation and of the platform are
 * compared by PEP 440 if what they are compared with allows it; all else is equal or not,
 * so that < never holds. A variable on the right of another stands for its own name. */
#ifndef COG_PEP_MARKER_H
#define COG_PEP_MARKER_H

#include "pep/environment.h"
#include "pep/fault.h"

struct cog_marker;

enum cog_truth {
    COG_FALSE,
    COG_TRUE,
    COG_UNKNOWN,   /* depends on what the environment does not know */
    COG_UNDEFINED, /* a comparison in it has no meaning; pip stops there */
};

/* NULL and why not, for what is no marker and for more than 64 nested parentheses. */
struct cog_marker *cog_marker_parse(const char *text, struct cog_fault *fault);
void cog_marker_free(struct cog_marker *marker);

/* Double quotes, single spaces, names as today; the caller frees it. */
char *cog_marker_text(const struct cog_marker *marker);

/* Where only the minor version of Python is known, what holds for all its releases holds.
 */
enum cog_truth cog_marker_evaluate(const struct cog_marker *marker,
                                   const struct cog_environment *environment);

#endif
