/* refusal.h - why a registry did not do what was asked, as an engine tells it or as it was
 * found here, and what to do next.
 *
 * Engines give a text and no code. What is looked for are the codes of the distribution
 * specification ("UNAUTHORIZED", as Docker prints them), the words of moby's and
 * containerd's clients, and those of Go's network library. */
#ifndef COG_HTTP_REFUSAL_H
#define COG_HTTP_REFUSAL_H

#include <stdbool.h>

#include "base/diag.h"
#include "http/http.h"

struct cog_refusal {
    bool pull;          /* or push */
    const char *host;   /* the registry */
    const char *name;   /* of the image */
    const char *user;   /* who asked; "": a token; NULL: nobody */
    const char *reason; /* the engine's */
};

/* Reports it and returns -1: registry.login, registry.denied, registry.missing,
 * registry.certificate, registry.unreachable. Returns 0 where the reason is another. */
int cog_refusal_report(const struct cog_refusal *refusal, struct cog_diags *diags);

/* Why a registry that was asked from here gave no answer, and what to do where its
 * certificate cannot be verified. The caller frees it. */
char *cog_silence_reason(const struct cog_http_response *response);

/* Reports it of the registry `host` and returns -1: registry.certificate or
 * registry.unreachable. */
int cog_silence_report(const char *host, const struct cog_http_response *response,
                       struct cog_diags *diags);

#endif
