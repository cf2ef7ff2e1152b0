/* extensions.h - packages whose setup.py imports others of the project's, as those that
 * compile for torch do.
 *
 * An installer builds each alone, where there is no torch. They are built last, in /venv as
 * the layers make it, and are a layer of their own with what only they need. */
#ifndef COG_BLOCKS_EXTENSIONS_H
#define COG_BLOCKS_EXTENSIONS_H

#include "blocks/layers.h"

/* The row of the table extensions (versions/tables.h) for a package; NULL: it is not an
 * extension. */
const char *const *cog_extension_row(const struct cog_project *project,
                                     const struct cog_package *package);

/* Adds the stages, behind those of cog_layers_add(), and a decision a package. */
void cog_extensions_add(const struct cog_packages_install *install);

#endif
