/* debian.h - the names of Debian packages in the releases of Debian, by the table of
 * packages that were renamed or are gone. */
#ifndef COG_VERSIONS_DEBIAN_H
#define COG_VERSIONS_DEBIAN_H

#include <stdbool.h>

#include "versions/tables.h"

/* Borrowed from the table. */
struct cog_debian_name {
    const char *names;   /* what to install, with spaces between; COG_DEBIAN_… */
    const char *why;     /* why it is gone, NULL: nothing is said */
    const char *release; /* another release that has it, as "bookworm", or NULL */
};

#define COG_DEBIAN_SAME "="        /* it is there by that name */
#define COG_DEBIAN_GONE "-"        /* it is not there */
#define COG_DEBIAN_NVIDIA "nvidia" /* only NVIDIA's repository has it */

/* What the release `suite` ("trixie"; NULL: not known) has for a package. False: nothing is
 * known, so apt knows best; as for a name with a version or an architecture. */
bool cog_debian_find(const struct cog_tables *data, const char *suite, const char *package,
                     struct cog_debian_name *name);

/* Whether the package is one that only NVIDIA's repository has; its name may have a
 * version behind. */
bool cog_debian_is_nvidia(const struct cog_tables *data, const char *package);

/* Whether it is one of those, with CUDA's compiler. */
bool cog_debian_is_cuda_compiler(const struct cog_tables *data, const char *package);

#endif
