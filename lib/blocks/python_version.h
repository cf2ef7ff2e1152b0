/* python_version.h - which version of Python an image gets. */
#ifndef COG_BLOCKS_PYTHON_VERSION_H
#define COG_BLOCKS_PYTHON_VERSION_H

#include "model/project.h"
#include "plan/composer.h"

/* The strongest voice that asks for one version wins; else the default, or the newest known
 * version, that all ranges allow. What a stronger voice or a lock or pyproject.toml says
 * must hold in any case. Records the decision and sets `at` to the place of what made it,
 * if there is one. Returns "3.12" or "3.12.4", borrowed from `project`, or NULL after
 * diagnostics: plan.python-version, plan.python-conflict. */
const char *cog_python_choose(const struct cog_project *project,
                              struct cog_composer *composer, struct cog_pos *at,
                              struct cog_diags *diags);

#endif
