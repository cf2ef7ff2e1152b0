/* pip.h - installing packages into /venv with pip; for the blocks that say which. */
#ifndef COG_BLOCKS_PIP_H
#define COG_BLOCKS_PIP_H

#include "model/project.h"
#include "plan/composer.h"

/* How /venv's pip installs; what it is to install follows. Ends with NULL. */
extern const char *const cog_pip_command[];

/* Which of a project's packages one file for pip has. */
enum cog_pip_part {
    COG_PIP_ALL,         /* but the constraints and extensions */
    COG_PIP_CONSTRAINTS, /* only these */
    COG_PIP_HASHED, /* those with hashes: pip wants hashes of all in a file or of none */
    COG_PIP_BARE,   /* those without */
    COG_PIP_EXTENSIONS, /* those that are built where the others are: extensions.h */
};

/* Warns of packages that cog brings itself, and has the build image get what building and
 * fetching them needs. Returns 0, or -1 after plan.unsupported. */
int cog_pip_prepare(const struct cog_project *project, struct cog_composer *composer,
                    struct cog_diags *diags);
int cog_pip_build_tools(const struct cog_project *project, struct cog_composer *composer,
                        struct cog_diags *diags);

/* Adds a file for pip, NAME, to the context "generated"; false: there is nothing for it. */
bool cog_pip_file(const struct cog_project *project, struct cog_composer *composer,
                  const char *name, enum cog_pip_part part);

/* Why these packages are installed. A new reference. */
json_t *cog_pip_why(const struct cog_project *project, enum cog_pip_part part);

/* The lines that say where packages are. The caller frees them. */
char *cog_pip_options(const struct cog_project *project);

/* Gives an exec the secrets that the requirements name, and the files of the project that
 * they name, in /mnt/project. */
void cog_pip_variables(const struct cog_project *project, struct cog_composer *composer,
                       json_t *exec);
void cog_pip_locals(const struct cog_project *project, struct cog_composer *composer,
                    json_t *exec);

#endif
