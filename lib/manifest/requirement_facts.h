/* requirement_facts.h - the fact `requirements`: what a manifest asks for; for the readers
 * of this folder. */
#ifndef COG_MANIFEST_REQUIREMENT_FACTS_H
#define COG_MANIFEST_REQUIREMENT_FACTS_H

#include "manifest/manifest.h"

/* The dependency group whose packages are part of the image. */
#define COG_GROUP "cog"

/* Adds a requirement. `path`, of a project's folder or archive, may be NULL. */
void cog_requirement_fact_add(const struct cog_manifest *m, const struct cog_requirement *q,
                              const char *path, const json_t *node);

/* One that is a table, as Poetry and Pipenv have it. NULL: not there; `extras` is a list of
 * strings, a `url` or `path` (of the manifest's folder) is instead of the specifier. */
struct cog_requirement_fact_parts {
    const char *name, *specifier, *url, *path, *marker;
    const json_t *extras;
};
int cog_requirement_fact_parts(const struct cog_manifest *m,
                               const struct cog_requirement_fact_parts *parts,
                               const json_t *node);

/* The package indexes of a manifest; `name` may be NULL, an explicit index is for those
 * alone that name it. */
void cog_requirement_fact_index(const struct cog_manifest *m, const char *name,
                                const char *url, bool is_default, bool explicit,
                                const json_t *node);

/* Turns the fact `indexes` into options of pip, in `pip_options`, unless a lock says it
 * all; explicit ones only when `used`, an object, has their name, and the
 * public default one never: pip knows it, or knows better. */
void cog_requirement_fact_options(const struct cog_manifest *m, const json_t *used);

/* Adds pip's option for a page of links, or a folder of packages in the project, unless a
 * lock says it all. */
void cog_requirement_fact_links(const struct cog_manifest *m, const char *place,
                                const json_t *node);

/* The entries of the dependency group COG_GROUP with those that it includes (PEP 735), an
 * array of strings of `groups`; a new reference. manifest.group: a cycle, a group that is
 * not there or there twice. */
json_t *cog_requirement_fact_group(const struct cog_manifest *m, const json_t *groups);

#endif
