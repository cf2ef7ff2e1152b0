/* first_config.h - a cog.yaml for a project that has none. */
#ifndef COG_DETECT_FIRST_CONFIG_H
#define COG_DETECT_FIRST_CONFIG_H

#include "base/diag.h"
#include "model/project.h"

/* The text, made of the facts and of the Python files below `root`; the caller frees it.
 * NULL after file.missing or file.unreadable. */
char *cog_first_config(const struct cog_project *project, const char *root,
                       struct cog_diags *diags);

#endif
