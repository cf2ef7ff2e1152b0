/* requirements.h - the text of a pip requirements file (pip's "Requirements File Format").
 *
 * Reads names, options, hashes, comments, continuations and references to other files. What
 * would be lost silently is refused (requirements.unsupported): editable installs, local
 * paths, environment variables. */
#ifndef COG_PEP_REQUIREMENTS_H
#define COG_PEP_REQUIREMENTS_H

#include <jansson.h>

#include "base/diag.h"

/* What one file says; arrays of objects, each with "origin": {"file", "line"}. */
struct cog_requirements {
    json_t *packages; /* {"name", "extras", "specifier", "marker", "url", "hashes", "text",
                          "constraint": false} */
    json_t *options;  /* {"text": "--extra-index-url https://…"} */
    json_t *files;    /* {"path", "constraint"}: -r and -c, as written */
};

/* `file` is for origins and messages. Returns 0, or -1 after all diagnostics. */
int cog_requirements_read(struct cog_requirements *requirements, const char *text,
                          const char *file, struct cog_diags *diags);

/* One requirement that stands elsewhere than in a requirements file; appended to
 * `packages`. */
int cog_requirements_add(json_t *packages, const char *text, struct cog_pos at,
                         struct cog_diags *diags);

void cog_requirements_release(struct cog_requirements *requirements);

#endif
