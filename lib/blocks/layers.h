/* layers.h - how the project's packages get into /venv, in layers of it.
 *
 * uv resolves them, and each layer installs a part of what came out: `frameworks` those of
 * the table frameworks, `large` what else is large, `pip` the rest. A layer is made anew
 * only when its part differs. What uv cannot do, pip does, in one layer. */
#ifndef COG_BLOCKS_LAYERS_H
#define COG_BLOCKS_LAYERS_H

#include "model/project.h"
#include "plan/composer.h"

struct cog_packages_install {
    const struct cog_project *project;
    struct cog_composer *composer;
    const json_t *why;
    const json_t *options; /* what both installers are told */
};

/* Adds the stages, from the base image to the copies in the image that is exported, and the
 * decision who installs. */
void cog_layers_add(const struct cog_packages_install *install);

/* Gives an exec what asking an index takes; and the options, with the files that they name
 * and what compiling takes. */
void cog_layers_index(const struct cog_packages_install *install, json_t *exec);
void cog_layers_options(const struct cog_packages_install *install, json_t *exec);

/* Has an exec see the program that works in steps; it is called as COG_INSTALLER. */
void cog_exec_installer(struct cog_composer *composer, json_t *exec);
#define COG_INSTALLER "/mnt/cog_install"

/* How modules are compiled: commands of the project's may change packages, and then Python
 * compares them with their sources. */
const char *cog_invalidation_mode(const struct cog_project *project);

/* Makes an exec, one of the installer's that compiles, keep what it compiles, and compile
 * the same everywhere. */
void cog_exec_bytecode(json_t *exec);

#endif
