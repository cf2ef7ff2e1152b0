/* source.h - tool.uv's indexes and sources in a pyproject.toml or script: where packages
 * come from; for the readers of this folder. */
#ifndef COG_MANIFEST_SOURCE_H
#define COG_MANIFEST_SOURCE_H

#include "manifest/manifest.h"

struct cog_sources {
    const struct cog_manifest *m;
    json_t *by_name; /* tool.uv.sources, names normalised */
    json_t *indexes; /* names of tool.uv.index */
    json_t *used;    /* names of the indexes that a requirement is taken from */
};

void cog_sources_init(struct cog_sources *sources, const struct cog_manifest *m);
void cog_sources_release(struct cog_sources *sources);

/* Adds a requirement, PEP 508 text, from where its source says (manifest.source: it cannot
 * be said without a resolver). Returns 0 or -1. */
int cog_sources_add(struct cog_sources *sources, const json_t *text);

/* Adds the indexes, and pip's options for them. */
void cog_sources_indexes(const struct cog_sources *sources);

#endif
