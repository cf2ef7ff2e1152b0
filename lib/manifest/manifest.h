/* manifest.h - the files that say which Python packages a project needs, one format a file:
 * manifests (what is asked for) and locks (exact versions of everything).
 *
 * A reader adds what its file says to the facts of cog/project-1, and returns 0, or -1
 * after all diagnostics: manifest.* for what a manifest or lock must not say, lock.* for
 * locks alone, requirement.syntax (pep/requirement.h). Facts have the line that they come
 * from. Only the default install is read: development groups and extras of the project
 * itself are not in it, a dependency group named `cog` is. */
#ifndef COG_MANIFEST_MANIFEST_H
#define COG_MANIFEST_MANIFEST_H

#include <jansson.h>
#include <stdbool.h>

#include "base/diag.h"
#include "pep/requirement.h"
#include "toml/toml.h"

/* A file that is being read; all of it is borrowed. */
struct cog_manifest {
    const char *file;            /* relative to the project */
    const struct cog_toml *toml; /* what it says; NULL: it is not TOML */
    unsigned line;               /* without `toml`: of the part being read; 0: unknown */
    bool locked; /* a lock says what is installed: what only a resolver understands is left
                    to it instead of refused */
    json_t *facts;
    struct cog_diags *diags;
};

/* Manifests. Each adds to the facts `requirements`, `pip_options` and `indexes`, which
 * exist. */

/* Whether a pyproject.toml says what its project depends on; one with only the settings of
 * tools does not. */
bool cog_pyproject_depends(const json_t *pyproject);

/* "poetry", "pdm", "uv" or "pip": whose tables it has. */
const char *cog_pyproject_manager(const json_t *pyproject);

/* Adds the fact `package`, if it is one. */
void cog_pyproject_package(const struct cog_manifest *pyproject);

/* [project] (PEP 621) with tool.uv's sources, or tool.poetry. */
int cog_pyproject_read(const struct cog_manifest *pyproject);
int cog_pipfile_read(const struct cog_manifest *pipfile);

/* The TOML text of the block `script` in a Python file (PEP 723), lines and columns as in
 * the file; the caller frees it. NULL: there is none, or, after a diagnostic with `*result`
 * set to -1, a bad one. */
char *cog_script_block(const char *text, const char *file, int *result,
                       struct cog_diags *diags);
int cog_script_read(const struct cog_manifest *script);

/* Locks. Each adds the fact `lock`; the manifest, if there is one, was read into the facts
 * before. packages.stale, a warning: the manifest asks for what the lock does not have. */
int cog_pylock_read(const struct cog_manifest *lock);
int cog_poetry_lock_read(const struct cog_manifest *lock);
int cog_pdm_lock_read(const struct cog_manifest *lock);

/* Without a manifest, what the project needs is read from the lock, too. */
int cog_uv_lock_read(const struct cog_manifest *lock, bool has_manifest);

/* `text` is JSON. */
int cog_pipfile_lock_read(const struct cog_manifest *lock, const char *text, size_t size);

#endif
