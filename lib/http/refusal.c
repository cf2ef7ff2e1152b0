/* refusal.c - tells the ways apart in which a registry refuses. */
#include "http/refusal.h"

#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/auto.h"

enum kind { OTHER, LOGIN, DENIED, MISSING, CERTIFICATE, PLAIN, NETWORK };

static const struct cog_pos nowhere = {0};

/* The first that stands in the text counts: registries say "denied" to who has no login,
 * and a connection that fails may do so on the way to a token. */
static const struct {
    const char *text;
    enum kind kind;
} kinds[] = {
    {"no basic auth credentials", LOGIN},
    {"x509:", CERTIFICATE},
    {"certificate signed by", CERTIFICATE},
    {"server gave HTTP response to HTTPS client", PLAIN},
    {"dial tcp", NETWORK},
    {"no such host", NETWORK},
    {"connection refused", NETWORK},
    {"connection reset", NETWORK},
    {"network is unreachable", NETWORK},
    {"no route to host", NETWORK},
    {"i/o timeout", NETWORK},
    {"TLS handshake timeout", NETWORK},
    {"Client.Timeout", NETWORK},
    {"unexpected EOF", NETWORK},
    {"name unknown", MISSING},
    {"NAME_UNKNOWN", MISSING},
    {"manifest unknown", MISSING},
    {"unauthorized", LOGIN},
    {"authentication required", LOGIN},
    {"incorrect username or password", LOGIN},
    {"denied", DENIED},
    {"insufficient_scope", DENIED},
    {"forbidden", DENIED},
    {"repository does not exist", MISSING},
    {"404 Not Found", MISSING},
    {": not found", MISSING},
};

static bool contains(const char *text, const char *part)
{
    size_t size = strlen(part);

    for (; *text; text++)
        if (strncasecmp(text, part, size) == 0)
            return true;
    return false;
}

static enum kind kind_of(const struct cog_refusal *refusal)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (!contains(refusal->reason, kinds[i].text))
            continue;
        return kinds[i].kind == DENIED && !refusal->user ? LOGIN : kinds[i].kind;
    }
    return OTHER;
}

/* The command that logs in, for the end of a message. The caller frees it. */
static char *login_command(const struct cog_refusal *refusal)
{
    return cog_printf("\"cog login --registry %s\"", refusal->host);
}

static int report_login(const struct cog_refusal *refusal, struct cog_diags *diags)
{
    auto_free char *command = login_command(refusal);

    if (!refusal->user)
        return cog_report(diags, COG_ERROR, nowhere, "registry.login",
                          "%s wants a login, and none is kept here; log in with %s",
                          refusal->host, command);
    const char *user = *refusal->user ? refusal->user : "the token";
    return cog_report(diags, COG_ERROR, nowhere, "registry.login",
                      "%s refuses the password that is kept here for %s; log in again "
                      "with %s",
                      refusal->host, user, command);
}

static int report_denied(const struct cog_refusal *refusal, struct cog_diags *diags)
{
    auto_free char *command = login_command(refusal);

    return cog_report(diags, COG_ERROR, nowhere, "registry.denied",
                      "%s has no right to %s %s; ask its owner for it, or log in as "
                      "somebody who has it, with %s",
                      *refusal->user ? refusal->user : "the token",
                      refusal->pull ? "pull" : "push", refusal->name, command);
}

static int report_missing(const struct cog_refusal *refusal, struct cog_diags *diags)
{
    if (refusal->pull)
        return cog_report(diags, COG_ERROR, nowhere, "registry.missing",
                          "%s has no image %s; is the name right, and its tag?",
                          refusal->host, refusal->name);
    return cog_report(diags, COG_ERROR, nowhere, "registry.missing",
                      "%s has no repository for %s; make it there first, or choose "
                      "another name",
                      refusal->host, refusal->name);
}

int cog_refusal_report(const struct cog_refusal *refusal, struct cog_diags *diags)
{
    switch (kind_of(refusal)) {
    case OTHER:
        return 0;
    case LOGIN:
        return report_login(refusal, diags);
    case DENIED:
        return report_denied(refusal, diags);
    case MISSING:
        return report_missing(refusal, diags);
    case CERTIFICATE:
        return cog_report(
            diags, COG_FAILURE, nowhere, "registry.certificate",
            "the engine does not trust the certificate of %s: %s; put the "
            "authority into /etc/docker/certs.d/%s/ca.crt on its machine, or for "
            "BuildKit alone into its buildkitd.toml",
            refusal->host, refusal->reason, refusal->host);
    case PLAIN:
        return cog_report(diags, COG_FAILURE, nowhere, "registry.certificate",
                          "%s has no TLS, and the engine wants it; add the registry to "
                          "\"insecure-registries\" in /etc/docker/daemon.json on its "
                          "machine",
                          refusal->host);
    case NETWORK:
        break;
    }
    bool hub = strcmp(refusal->host, "docker.io") == 0;
    return cog_report(diags, COG_FAILURE, nowhere, "registry.unreachable",
                      "the engine cannot reach %s: %s; is that the right registry, and is "
                      "there a network? Try \"curl -I https://%s/v2/\"",
                      refusal->host, refusal->reason,
                      hub ? "registry-1.docker.io" : refusal->host);
}

/* By the words of OpenSSL and libcurl. */
static const char *certificate_remedy(const char *reason)
{
    static const struct {
        const char *text, *remedy;
    } remedies[] = {
        {"expired", "its owner has to renew it, unless the clock here is wrong"},
        {"not yet valid", "is the clock here right?"},
        {"subject name", "call the registry by a name that the certificate has"},
        {"issuer", "give the authority that signed it, if you trust it, as COG_CA_CERT"},
        {"self-signed", "give it or its authority, if you trust it, as COG_CA_CERT"},
        {"self signed", "give it or its authority, if you trust it, as COG_CA_CERT"},
    };

    for (size_t i = 0; i < sizeof remedies / sizeof *remedies; i++)
        if (contains(reason, remedies[i].text))
            return remedies[i].remedy;
    return "give its authority, if you trust it, as COG_CA_CERT";
}

char *cog_silence_reason(const struct cog_http_response *response)
{
    if (!response->error)
        return cog_strdup("interrupted");
    if (!response->untrusted)
        return cog_strdup(response->error);
    return cog_printf("its certificate cannot be verified (%s); %s", response->error,
                      certificate_remedy(response->error));
}

int cog_silence_report(const char *host, const struct cog_http_response *response,
                       struct cog_diags *diags)
{
    auto_free char *reason = cog_silence_reason(response);

    return cog_report(diags, COG_FAILURE, nowhere,
                      response->untrusted ? "registry.certificate" : "registry.unreachable",
                      "%s: %s", host, reason);
}
