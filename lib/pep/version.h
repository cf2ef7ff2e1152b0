/* version.h - versions of Python packages (PEP 440), read, written and ordered as by the
 * `packaging` library.
 *
 * Numbers may have any length; they are compared by their digits. */
#ifndef COG_PEP_VERSION_H
#define COG_PEP_VERSION_H

#include <stdbool.h>
#include <stddef.h>

/* A part of a text. `text` NULL: it is not there. */
struct cog_span {
    const char *text;
    size_t size;
};

/* The spans lie in `text`. */
struct cog_version {
    char *text;                     /* canonical, as 1!2.3rc4.post5.dev6+cu124 */
    struct cog_span epoch;          /* digits; not there: 0 */
    struct cog_span release;        /* numbers with dots */
    char phase;                     /* of a pre-release: 'a', 'b', 'c' for rc; else 0 */
    struct cog_span pre, post, dev; /* their numbers */
    struct cog_span local;          /* without the +, as "cu124" */
};

/* White space around is allowed. Returns 0, or -1 when `text` is no version. */
int cog_version_parse(struct cog_version *version, const char *text);
void cog_version_release(struct cog_version *version);

/* Less than, equal to or greater than 0. Without a local version is less than with one;
 * 1.0 and 1.0.0 are equal. */
int cog_version_compare(const struct cog_version *a, const struct cog_version *b);

/* The same without regard to local versions. */
int cog_version_compare_public(const struct cog_version *a, const struct cog_version *b);

/* How many numbers the release has: 3 in 1.2.3rc4. */
size_t cog_version_parts(const struct cog_version *version);

/* The number at `index` of the release: 0 beyond its end, UINT_MAX when it is larger. */
unsigned cog_version_part(const struct cog_version *version, size_t index);

/* Whether the epochs and the first `parts` numbers of the releases are equal; numbers
 * beyond the end count as 0. */
bool cog_version_agree(const struct cog_version *a, const struct cog_version *b,
                       size_t parts);

/* Whether it is an alpha, beta, candidate or development release. */
bool cog_version_is_prerelease(const struct cog_version *version);

/* For readers of larger texts: how many bytes of a version, and of white space (that of
 * Unicode, as for Python), `text` begins with. */
size_t cog_version_length(const char *text);
size_t cog_version_blank(const char *text);

#endif
