/* poetry.h - tool.poetry of a pyproject.toml; for the readers of this folder. */
#ifndef COG_MANIFEST_POETRY_H
#define COG_MANIFEST_POETRY_H

#include "manifest/manifest.h"

/* tool.poetry's dependencies as requirements. */
int cog_poetry_dependencies(const struct cog_manifest *m, const json_t *dependencies);

/* What `markers`, `python` and `platform` of a dependency say together; NULL: nothing. The
 * caller frees it. */
char *cog_poetry_marker(const struct cog_manifest *m, const json_t *table);

/* tool.poetry's sources as indexes, and pip's options for them. */
void cog_poetry_sources(const struct cog_manifest *m, const json_t *poetry);

#endif
