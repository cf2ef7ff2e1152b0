/* package.h - what one line of a requirements file installs: a requirement of PEP 508, a
 * URL, or a file or folder, as pip tells them apart.
 *
 * The result is what cog/project-1 calls a requirement, without "constraint": {"name",
 * "extras", "specifier", "marker", "url", "hashes": [], "text", "origin"}, and "editable"
 * or "path" where that applies. A path is as written: relative to the folder that pip is
 * started in; cog_package_place() then says where it is. */
#ifndef COG_PEP_PACKAGE_H
#define COG_PEP_PACKAGE_H

#include <jansson.h>

#include "base/diag.h"

/* New references, or NULL after diagnostics: requirement.syntax, requirements.syntax,
 * requirements.wheel, requirements.variable, requirements.unsupported,
 * requirements.outside. */
json_t *cog_package_read(const char *text, struct cog_pos at, struct cog_diags *diags);
json_t *cog_package_read_editable(const char *text, struct cog_pos at,
                                  struct cog_diags *diags);

/* Sets the path, relative to the project ("." is the project), and the text that pip reads
 * there. Returns 0, or -1 after requirements.path when pip could not read such a path. */
int cog_package_place(json_t *package, const char *path, struct cog_pos at,
                      struct cog_diags *diags);

#endif
