/* refusal.h - why a registry did not do what was asked, as an engine tells it, and what to
 * do next.
 *
 * Engines give a text and no code. What is looked for are the codes of the distribution
 * specification ("UNAUTHORIZED", as Docker prints them), the words of moby's and
 * containerd's clients, and those of Go's network library. */
#ifndef COG_HTTP_REFUSAL_H
#define COG_HTTP_REFUSAL_H

#include <stdbool.h>

#include "base/diag.h"

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

#endif
