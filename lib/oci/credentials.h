/* credentials.h - user names and secrets for registries, from Docker's configuration.
 *
 * Read from config.json: `credHelpers` (by registry), `credsStore`, `auths` (base64 `auth`,
 * `username` and `password`, `identitytoken`), in the order in which the Docker CLI does.
 * Docker Hub goes by the name https://index.docker.io/v1/ there. */
#ifndef COG_OCI_CREDENTIALS_H
#define COG_OCI_CREDENTIALS_H

#include <jansson.h>
#include <stdbool.h>

#include "base/diag.h"

/* Whether `host` is one of Docker Hub's names: docker.io, index.docker.io,
 * registry-1.docker.io. */
bool cog_is_docker_hub(const char *host);

/* Reads config.json; `*config` is a new reference, NULL when there is no such file. Returns
 * 0, or -1 after credentials.config. */
int cog_credentials_load(const char *path, json_t **config, struct cog_diags *diags);

/* The credential helper that it names for a registry, borrowed, or NULL. */
const char *cog_credentials_helper(const json_t *config, const char *host);

/* The name that a registry goes by there. */
const char *cog_credentials_server(const char *host);

/* Looks for `host` ("ghcr.io", "localhost:5000") in `config_dir`, the folder that holds
 * config.json (NULL: none). Returns 1 with `*user` and `*secret`, which the caller frees; 0
 * when there are none; -1 after a diagnostic: credentials.config, at the file, and those of
 * helper.h. An empty `*user` means that the secret is an identity token (OAuth 2 refresh
 * token). */
int cog_credentials_find(const char *host, const char *config_dir, char **user,
                         char **secret, struct cog_diags *diags);

#endif
