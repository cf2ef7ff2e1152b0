/* authorization.h - the Authorization header that a registry asks for.
 *
 * Basic (RFC 7617), and Bearer tokens by the distribution project's specification
 * (auth/token: a GET with Basic credentials; auth/oauth: a POST with an identity token). */
#ifndef COG_OCI_AUTHORIZATION_H
#define COG_OCI_AUTHORIZATION_H

#include <jansson.h>

#include "base/diag.h"
#include "http/retry.h"

struct cog_authorization_request {
    const json_t *challenges; /* of the registry's answer, see challenge.h */
    const char *scope;        /* "repository:library/python:pull"; empty: none */
    const char *user;         /* NULL: no credentials; empty: an identity token */
    const char *secret;
    const char *ca_text; /* or NULL */
    const char *host;    /* the registry's, "ghcr.io" */
    bool insecure;       /* it is named so in the engine's configuration, or loopback */
    const char *trusted; /* token servers that get credentials, see realm.h; or NULL */
    struct cog_retry *patience;
};

/* Returns 1 with `*header` ("Authorization: …"), 0 when there are no credentials that would
 * do or they are refused, -1 when the token server cannot be used; then `*reason` says why.
 * The caller frees both. */
int cog_authorize(struct cog_http *http, const struct cog_authorization_request *request,
                  char **header, char **reason);

#endif
