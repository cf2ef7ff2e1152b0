/* login.h - whether a registry takes a user name and password, and where Docker keeps them.
 */
#ifndef COG_OCI_LOGIN_H
#define COG_OCI_LOGIN_H

#include <stdbool.h>

#include "base/diag.h"
#include "http/retry.h"

/* All borrowed. */
struct cog_login {
    struct cog_http *http;
    const char *host;          /* "ghcr.io", "localhost:5000" */
    const char *user, *secret; /* NULL: there are none; an empty user: a token */
    const char *config_dir;    /* with Docker's config.json */
    const char *token_servers; /* COG_TOKEN_SERVERS: see realm.h; or NULL */
    const char *ca_text;       /* certificate authorities in PEM, or NULL */
    struct cog_retry *patience;
};

/* Asks the registry's /v2/ with them. Returns 0, or -1 after login.refused (they are
 * wrong), login.forbidden (they are right, and the user has no rights there),
 * login.registry (there is no registry), login.token-server (another party is to get them),
 * registry.certificate, registry.unreachable; or COG_EXIT_INTERRUPTED. */
int cog_login_check(const struct cog_login *login, struct cog_diags *diags);

/* Whether the registry is sure to refuse them. Only a clear answer counts: 401 or 403 to
 * the password, from the registry or from a token server that gets it, or a demand for a
 * password where there is none. An identity token is not tried. Tells nobody. */
bool cog_login_is_refused(const struct cog_login *login);

/* Keeps them where cog_credentials_find() and docker(1) look: with the credential helper
 * that config.json names for the registry, else in config.json itself, which is then
 * readable by its owner alone. `*helper` is the helper's name, which the caller frees, or
 * NULL. Returns 0 or -1 after credentials.config, credentials.helper, machine.write. */
int cog_login_store(const struct cog_login *login, char **helper, struct cog_diags *diags);

#endif
