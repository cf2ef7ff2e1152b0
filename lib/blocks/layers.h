/* layers.h - how the project's packages get into /venv, in layers of it.
 *
 * uv resolves them in the stage `pip`, which installs what is in no other layer. The layers
 * `frameworks`, those of the table frameworks, and `large`, what else is large, are made
 * anew only when their part differs. What uv cannot do, pip does, in one layer. */
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

/* Copies the list of the packages that were installed, and of cog's own, to `path`; `why`
 * is stolen. */
json_t *cog_layers_list_take(struct cog_stage *stage, json_t *why, const char *path);

/* Adds the stage `uv`: uv itself, which is no part of any image. */
void cog_uv_add(const struct cog_project *project, struct cog_composer *composer,
                enum cog_phase phase);

/* Gives it to an exec, in the folder COG_UV, which is empty where uv cannot be had. */
void cog_exec_uv(json_t *exec);
#define COG_UV "/mnt/uv"

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
