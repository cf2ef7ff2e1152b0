/* lock_graph.h - the fact `lock`: a graph of packages; for the readers of this folder. */
#ifndef COG_MANIFEST_LOCK_GRAPH_H
#define COG_MANIFEST_LOCK_GRAPH_H

#include "manifest/manifest.h"

/* {"file", "requires_python", "roots": [], "packages": []}; a new reference. */
json_t *cog_lock_graph_new(const char *file, const char *requires_python);

/* Appends a package to `lock`; `node` is where it stands, `version` may be NULL. Borrowed.
 */
json_t *cog_lock_graph_add(const struct cog_manifest *m, json_t *lock, const char *name,
                           const char *version, const json_t *node);

/* {"name", "extras", "marker"}; takes `extras`, NULL: none. A new reference. */
json_t *cog_lock_graph_edge(const char *name, json_t *extras, const char *marker);

/* Says which of several locked versions a dependency may mean, if nothing better does. */
void cog_lock_graph_limit(json_t *dependency, const char *specifier);

/* Sets a string, or null for NULL. */
void cog_lock_graph_set(json_t *object, const char *member, const char *text);

/* The index of a package, unless it is the public default one. */
int cog_lock_graph_index(const struct cog_manifest *m, json_t *locked, const char *url,
                         const json_t *node);

/* Says that a package is built where it is installed, if the lock knows a source archive
 * (`sdist`) and no wheel of it. */
void cog_lock_graph_built(json_t *locked, const json_t *sdist, const json_t *wheels);

/* Adds a hash such as sha256:…; lock.hash when it is none. Empty or NULL text is ignored.
 */
int cog_lock_graph_hash(const struct cog_manifest *m, json_t *locked, const char *text,
                        const json_t *node);

/* Makes exactly this package of the lock a root: one of a lock that is flat. Takes
 * `extras`, NULL: none. */
void cog_lock_graph_root(json_t *lock, const json_t *locked, json_t *extras);

/* The roots by the fact `requirements`. */
void cog_lock_graph_roots(const struct cog_manifest *m, json_t *lock);

/* Settles which version a limited dependency means, where several are locked and one fits.
 * Takes the dependencies away that lead to no package and yet are allowed to: with a
 * marker, which never holds where the lock is for, or of an extra that is not locked. What
 * remains and leads nowhere is a fault (lock.missing). The dependencies of `project`, a
 * package of the lock, become roots; NULL: there is no such package. Then sets the fact
 * `lock`, taking it. Returns 0 or -1. */
int cog_lock_graph_finish_take(const struct cog_manifest *m, json_t *lock,
                               const json_t *project);

#endif
