/* blocks.h - the blocks, one file each, and the stacks that order them. */
#ifndef COG_BLOCKS_BLOCKS_H
#define COG_BLOCKS_BLOCKS_H

#include "plan/block.h"
#include "versions/library.h"

extern const struct cog_block cog_block_accelerator;
extern const struct cog_block cog_block_custom;
extern const struct cog_block cog_block_base_image;
extern const struct cog_block cog_block_package_names;
extern const struct cog_block cog_block_apt;
extern const struct cog_block cog_block_programs;
extern const struct cog_block cog_block_python;
extern const struct cog_block cog_block_pip;
extern const struct cog_block cog_block_locked;
extern const struct cog_block cog_block_sdk;
extern const struct cog_block cog_block_cog_runtime;
extern const struct cog_block cog_block_certificates;
extern const struct cog_block cog_block_import_paths;
extern const struct cog_block cog_block_user_commands;
extern const struct cog_block cog_block_weights;
extern const struct cog_block cog_block_freeze;
extern const struct cog_block cog_block_schema;
extern const struct cog_block cog_block_source;
extern const struct cog_block cog_block_export;

/* The blocks of models in Python, and of projects that bring everything themselves. */
extern const struct cog_block *const cog_stack_python[];
extern const struct cog_block *const cog_stack_custom[];

/* The stacks, by name; the last one has none. */
const struct cog_stack *cog_stack_find(const char *name);

/* Their names, with commas between them. The caller frees it. */
char *cog_stack_names(void);

/* Sets the variables of cog.yaml's `environment` for a stage and all that follow it. */
void cog_block_environment(const struct cog_project *project, struct cog_stage *stage);

/* Labels the image with what it was made from and by, and names it as cog.yaml does. */
void cog_block_describe(const struct cog_project *project, struct cog_composer *composer);

/* Patterns of what is of no use in a build: cog's own files, git's, caches, and `ignore`,
 * which is what .dockerignore lists. A new reference. */
json_t *cog_block_ignored(const json_t *ignore);

/* Gives what an operation copies to who runs the image. */
void cog_block_own(const struct cog_project *project, json_t *copy);

/* A pattern that matches this path alone. The caller frees it. */
char *cog_block_pattern(const char *path);

/* Whether the block sdk has chosen the public cog package. */
bool cog_block_sdk_is_public(const struct cog_composer *composer);

/* Compiles all modules below `folder`, which pip would do in a way that is bound to the
 * times of the sources; `mode` is one of compileall's. */
void cog_block_compile(struct cog_composer *composer, struct cog_stage *stage,
                       const char *folder, const char *mode);

/* Installs Debian packages, an array of names, by apt; `why` is stolen. `lenient`: only
 * what is missing, and nothing where there is no apt. */
void cog_block_apt_install_take(struct cog_composer *composer, struct cog_stage *stage,
                                json_t *why, bool lenient, const json_t *packages);

/* Whether packages that cog.yaml does not list are installed so: in images of the user's.
 */
bool cog_block_apt_is_lenient(const struct cog_project *project);

/* Gives an exec that calls apt the caches of its archives and lists. */
void cog_block_apt_cache(json_t *exec);

/* Finds what a package that is installed under that Python takes of Debian; what the table
 * does not know takes compilers when it is built. `*name`, which the caller frees, is the
 * package's. False: it is not installed, or has no name. */
bool cog_block_library(const struct cog_project *project, const struct cog_package *package,
                       const char *python, char **name, struct cog_library *library);

/* Has the image get what the package takes when it runs, with a decision. */
void cog_block_library_run(const struct cog_project *project, struct cog_composer *composer,
                           const char *name, const struct cog_library *library,
                           struct cog_pos at);

/* Brings the compiler of CUDA into the stage, if something is compiled with it, with a
 * decision; and has an exec, a command in its argv, compile for all GPUs and within memory.
 */
void cog_block_toolkit(const struct cog_project *project, struct cog_composer *composer,
                       struct cog_stage *stage);
void cog_block_toolkit_env(const struct cog_project *project, json_t *exec);

/* Has the image know NVIDIA's repository and get the packages of it that CUDA is, if it is
 * those, with a decision. */
void cog_block_cuda_repository(const struct cog_project *project, struct cog_stage *stage);
void cog_block_cuda_packages(const struct cog_project *project,
                             struct cog_composer *composer);

/* Whether the toolkit stands for a package of build.system_packages; and those for which it
 * does not, a new reference. */
bool cog_block_toolkit_has(const struct cog_project *project, const char *package);
json_t *cog_block_listed_packages(const struct cog_project *project);

/* The Debian packages that it calls, with spaces between them; static. NULL: it is not
 * there. */
const char *cog_block_toolkit_compilers(const struct cog_project *project);

/* A command as it is run: without sudo, and with /venv's folder of packages for that of
 * other Pythons (`python`: NULL, there is none), each with a warning. The caller frees it.
 */
char *cog_block_command_text(const struct cog_command *command, const char *python,
                             struct cog_diags *diags);

/* Whether build.system_packages has the package, as NAME, NAME=VERSION or
 * NAME:ARCHITECTURE. */
bool cog_block_apt_lists(const struct cog_config *config, const char *name);

#endif
