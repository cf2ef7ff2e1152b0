/* registries.h - registries.conf, the configuration that containers' tools share: where the
 * images of a registry are to be had.
 *
 * Of version 2 of the format (containers-registries.conf(5)) the members of [[registry]]
 * are read, `prefix`, `location`, `insecure`, `blocked` and `mirror`, and
 * `mirror-by-digest-only`; all others are for other programs. */
#ifndef COG_OCI_REGISTRIES_H
#define COG_OCI_REGISTRIES_H

#include <jansson.h>

#include "base/diag.h"

/* Reads the file and then those of the folder "PATH.d" that end in ".conf", in the order of
 * their names; of two rules for one prefix the later one holds. Returns 0 with `*rules`, an
 * array of {"at", "prefix", "location", "insecure", "blocked", "mirrors": [{"location",
 * "insecure", "pull"}]}, in which all is there and as it should be; a new reference. -1
 * after diagnostics: registry.config, toml.*, file.unreadable. */
int cog_registries_load(const char *path, json_t **rules, struct cog_diags *diags);

/* Adds an option --registry-mirror, "URL" for Docker Hub or "REGISTRY=URL", to `mirrors`,
 * an array of {"registry", "url"}. Returns 0, or -1 after usage.option. */
int cog_registries_add_mirror(json_t *mirrors, const char *option, struct cog_diags *diags);

/* The rule for an image ("docker.io/library/python"): that with the longest prefix. NULL:
 * there is none. Borrowed. */
const json_t *cog_registries_find(const json_t *rules, const char *name);

/* The place of an image that has this prefix of a rule below `location`:
 * "docker.io/library/python" with "docker.io" at "10.0.0.1/hub" ->
 * "10.0.0.1/hub/library/python". The caller frees it. */
char *cog_registries_rewrite(const char *name, const char *prefix, const char *location);

#endif
