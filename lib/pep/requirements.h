/* requirements.h - the text of a pip requirements file (pip's "Requirements File Format"),
 * as pip 25 reads it.
 *
 * What pip would leave out without a word is a warning, requirements.ignored. A variable
 * (${NAME}) is kept, so that pip replaces it in the build. A URL with credentials is
 * refused, requirements.credentials, and not repeated. */
#ifndef COG_PEP_REQUIREMENTS_H
#define COG_PEP_REQUIREMENTS_H

#include <jansson.h>

#include "base/diag.h"

/* Appends to `entries` what the file says, in the order in which pip would act on it:
 * objects with one member each, whose value has "origin": {"file", "line"}:
 *   "package"   see pep/package.h, with "hashes" and "options" filled
 *   "option"    {"name": "--index-url", "value", "text"}; value may be null
 *   "file"      {"path", "constraint"}: -r and -c, as written
 *   "variable"  {"name"}
 * `text` is UTF-8, `file` for origins and messages. Returns 0, or -1 after all diagnostics;
 * `entries` then has the lines that are right. */
int cog_requirements_read(json_t *entries, const char *text, const char *file,
                          struct cog_diags *diags);

/* Likewise a line that stands elsewhere, at `at`; "origin" has the column too. */
int cog_requirements_read_line(json_t *entries, const char *line, struct cog_pos at,
                               struct cog_diags *diags);

/* "--name value", quoted as pip wants it; the caller frees it. `value` may be NULL. */
char *cog_requirements_option(const char *name, const char *value);

#endif
