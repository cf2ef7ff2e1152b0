/* registry.h - asks registries for an image's digest and config (OCI distribution-spec).
 *
 * Mirrors come first, then the registry itself; see registry_url.h. Plain HTTP is spoken
 * only to loopback addresses, to what the engine or registries.conf calls insecure, and to
 * mirrors whose URL says so; credentials go only to hosts with TLS and to those that are
 * loopback or insecure, and to token servers of the same owner. All content is checked
 * against its digest. */
#ifndef COG_OCI_REGISTRY_H
#define COG_OCI_REGISTRY_H

#include <jansson.h>

#include "base/diag.h"
#include "http/retry.h"
#include "model/reference.h"
#include "oci/registry_url.h"

/* All borrowed. */
struct cog_registry {
    struct cog_http *http;
    struct cog_site_rules rules;
    const char *config_dir;     /* with Docker's config.json, or NULL */
    const char *token_servers;  /* COG_TOKEN_SERVERS: see realm.h; or NULL */
    const char *ca_text;        /* certificate authorities in PEM, or NULL */
    struct cog_retry *patience; /* changed: what is waited is taken off */
};

/* All borrowed. */
struct cog_image_wanted {
    const struct cog_reference *reference; /* by its digest if there is one, else the tag */
    const char *os, *arch;                 /* "linux", "amd64" */
    struct cog_pos at;                     /* where the image is asked for */
};

/* The caller frees `digest` and drops the reference to `config`. */
struct cog_image_found {
    char *digest;   /* of the index or manifest that the reference names */
    json_t *config; /* see cog_image_config() */
};

/* Returns 0, or -1 after one diagnostic that tells what was tried:
 *   image.missing       no registry has it (COG_ERROR, at `wanted->at`)
 *   image.platform      it has not this platform (COG_ERROR)
 *   registry.denied     401 or 403 (COG_ERROR)
 *   registry.blocked    registries.conf blocks it (COG_ERROR)
 *   registry.unreachable, registry.content (COG_FAILURE)
 * and those of credentials.h. */
int cog_registry_resolve(const struct cog_registry *registry,
                         const struct cog_image_wanted *wanted,
                         struct cog_image_found *found, struct cog_diags *diags);

#endif
