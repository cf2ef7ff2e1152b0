/* token_owner.h - whose a token is, asked of a registry where people have tokens only:
 * Replicate's, r8.im, and those that answer as it does.
 *
 * GET /cog/v1/display-token-url gives {"url"}, the page that shows people their token; POST
 * /cog/v1/verify-token of a form with "token" gives {"username"}, or 404. */
#ifndef COG_OCI_TOKEN_OWNER_H
#define COG_OCI_TOKEN_OWNER_H

#include "oci/login.h"

/* Whether the registry of `login` is one of them. Returns 1 with the page in `*url`, 0 when
 * it is not, -1 after registry.certificate, registry.unreachable, COG_EXIT_INTERRUPTED. The
 * caller frees it. */
int cog_token_page(const struct cog_login *login, char **url, struct cog_diags *diags);

/* Whose the secret of `login` is. Returns 0 with `*user`, which the caller frees, -1 after
 * login.refused, login.registry, registry.certificate, registry.unreachable,
 * COG_EXIT_INTERRUPTED. */
int cog_token_owner(const struct cog_login *login, char **user, struct cog_diags *diags);

#endif
