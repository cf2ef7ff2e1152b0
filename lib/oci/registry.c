/* registry.c - resolves an image by asking one site after the other. */
#include "oci/registry.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/digest.h"
#include "http/refusal.h"
#include "model/reference.h"
#include "oci/authorization.h"
#include "oci/challenge.h"
#include "oci/credentials.h"
#include "oci/manifest.h"
#include "oci/registry_url.h"

enum {
    ANSWER_MS = 30000,
    MAX_MANIFEST = 4 << 20, /* what registries are told to accept */
    MAX_REDIRECTS = 5,      /* blobs are often elsewhere */
};

/* What came of asking one site; REPORTED: there is a diagnostic already. */
enum outcome {
    FOUND,
    MISSING,
    DENIED,
    UNREACHABLE,
    UNTRUSTED,
    WRONG_CONTENT,
    WRONG_PLATFORM,
    REPORTED,
};

/* One site while it is asked. */
struct visit {
    const struct cog_registry *registry;
    const struct cog_image_wanted *wanted;
    const struct cog_site *site;
    char *authorization; /* the header, once the registry has asked for it */
    char *reason;        /* why the outcome is not FOUND */
    struct cog_diags *diags;
};

static enum outcome fail(struct visit *visit, enum outcome outcome, char *reason)
{
    free(visit->reason);
    visit->reason = reason;
    return outcome;
}

static int send(const struct visit *visit, const char *path, const char *accept,
                struct cog_http_response *response)
{
    auto_free char *url =
        cog_printf("%s/v2/%s/%s", visit->site->url, visit->site->path, path);
    const char *headers[] = {accept, visit->authorization, NULL};
    struct cog_http_request request = {
        .url = url,
        .ca_text = visit->registry->ca_text,
        .headers = headers,
        .limit = MAX_MANIFEST,
        .timeout_ms = ANSWER_MS,
        .redirects = MAX_REDIRECTS,
    };

    return cog_http_send_retrying(visit->registry->http, &request,
                                  visit->registry->patience, response);
}

static int find_credentials(const struct visit *visit, char **user, char **secret)
{
    auto_free char *host = cog_registry_url_host(visit->site->url);

    if (!cog_site_gets_credentials(visit->site))
        return 0;
    return cog_credentials_find(host, visit->registry->config_dir, user, secret,
                                visit->diags);
}

static enum outcome authorize(struct visit *visit)
{
    auto_free char *user = NULL, *secret = NULL, *reason = NULL;
    auto_free char *host = cog_registry_url_host(visit->site->url);
    auto_free char *scope = cog_printf("repository:%s:pull", visit->site->path);
    json_auto_t *challenges = json_object();
    const char *value;

    for (size_t i = 0;
         (value = cog_http_header(visit->registry->http, "WWW-Authenticate", i)); i++)
        cog_challenges_add(challenges, value);
    if (find_credentials(visit, &user, &secret) < 0)
        return fail(visit, REPORTED, NULL);
    struct cog_authorization_request request = {
        .challenges = challenges,
        .scope = scope,
        .user = user,
        .secret = secret,
        .ca_text = visit->registry->ca_text,
        .host = host,
        .insecure = visit->site->insecure,
        .trusted = visit->registry->token_servers,
        .patience = visit->registry->patience,
    };
    int result =
        cog_authorize(visit->registry->http, &request, &visit->authorization, &reason);
    if (result == 1)
        return FOUND;
    return fail(visit, result == 0 ? DENIED : UNREACHABLE,
                cog_printf("%s%s", reason, user ? "" : " (none are stored for it)"));
}

static enum outcome judge(struct visit *visit, int result,
                          const struct cog_http_response *response)
{
    if (result != COG_HTTP_OK)
        return fail(visit, response->untrusted ? UNTRUSTED : UNREACHABLE,
                    cog_silence_reason(response));
    if (response->status == 200)
        return FOUND;
    if (response->status == 404)
        return fail(visit, MISSING, cog_strdup("it is not there (404)"));
    if (response->status == 401 || response->status == 403)
        return fail(visit, DENIED, cog_printf("access is denied (%ld)", response->status));
    return fail(visit, UNREACHABLE, cog_printf("it answers %ld", response->status));
}

/* Gets PATH below /v2/NAME/, with a second try once authorized. `response` is to be
 * released in any case. */
static enum outcome fetch(struct visit *visit, const char *path, const char *accept,
                          struct cog_http_response *response)
{
    int result = send(visit, path, accept, response);

    if (result == COG_HTTP_OK && response->status == 401 && !visit->authorization) {
        enum outcome outcome = authorize(visit);
        if (outcome != FOUND)
            return outcome;
        cog_http_response_release(response);
        result = send(visit, path, accept, response);
    }
    return judge(visit, result, response);
}

/* Gets JSON by digest or, manifests only, by tag; `*digest` is that of what came. */
static enum outcome fetch_json(struct visit *visit, const char *kind, const char *name,
                               json_t **json, char **digest)
{
    auto_free char *path = cog_printf("%s/%s", kind, name);
    bool manifest = strcmp(kind, "manifests") == 0;
    struct cog_http_response response;

    enum outcome outcome =
        fetch(visit, path, manifest ? cog_manifest_accept : "Accept: */*", &response);
    if (outcome == FOUND) {
        *digest = cog_sha256(response.body, response.size);
        *json = json_loadb(response.body, response.size, 0, NULL);
        if (cog_is_digest(name) && strcmp(name, *digest) != 0)
            outcome = fail(visit, WRONG_CONTENT,
                           cog_printf("what came for %s is %s", name, *digest));
        else if (!json_is_object(*json))
            outcome = fail(visit, WRONG_CONTENT, cog_printf("%s is not JSON", path));
    }
    cog_http_response_release(&response);
    return outcome;
}

static enum outcome check_platform(struct visit *visit, const json_t *config)
{
    const char *os = json_string_value(json_object_get(config, "os"));
    const char *arch = json_string_value(json_object_get(config, "architecture"));

    if (cog_image_config_fits(config, visit->wanted->os, visit->wanted->arch))
        return FOUND;
    return fail(visit, WRONG_PLATFORM,
                cog_printf("it is for %s/%s", os ? os : "?", arch ? arch : "?"));
}

/* From a manifest to the config, by way of the index's manifest for the platform. */
static enum outcome fetch_config(struct visit *visit, const json_t *manifest,
                                 json_t **config)
{
    auto_free char *digest = NULL, *ignored = NULL;
    json_auto_t *chosen = NULL, *blob = NULL;
    enum outcome outcome;

    if (cog_manifest_is_index(manifest)) {
        const char *name =
            cog_manifest_choose(manifest, visit->wanted->os, visit->wanted->arch);
        auto_free char *list = cog_manifest_platforms(manifest);
        if (!name)
            return fail(visit, WRONG_PLATFORM, cog_printf("it is for %s", list));
        outcome = fetch_json(visit, "manifests", name, &chosen, &digest);
        if (outcome != FOUND)
            return outcome;
        manifest = chosen;
    }
    const char *name = cog_manifest_config(manifest);
    if (!name)
        return fail(visit, WRONG_CONTENT, cog_strdup("its manifest has no config"));
    outcome = fetch_json(visit, "blobs", name, &blob, &ignored);
    if (outcome != FOUND)
        return outcome;
    *config = cog_image_config(blob);
    return check_platform(visit, blob);
}

static enum outcome ask(struct visit *visit, struct cog_image_found *found)
{
    const struct cog_reference *ref = visit->wanted->reference;
    json_auto_t *manifest = NULL;

    enum outcome outcome =
        fetch_json(visit, "manifests", ref->digest ? ref->digest : ref->tag, &manifest,
                   &found->digest);
    if (outcome == FOUND)
        outcome = fetch_config(visit, manifest, &found->config);
    if (outcome != FOUND) {
        free(found->digest);
        json_decref(found->config);
        *found = (struct cog_image_found){0};
    }
    free(visit->authorization);
    return outcome;
}

static int report(const struct cog_image_wanted *wanted, enum outcome outcome,
                  const char *tried, struct cog_diags *diags)
{
    auto_free char *name = cog_reference_familiar(wanted->reference);

    switch (outcome) {
    case MISSING:
        return cog_report(diags, COG_ERROR, wanted->at, "image.missing",
                          "image %s does not exist; tried %s", name, tried);
    case DENIED:
        return cog_report(diags, COG_ERROR, wanted->at, "registry.denied",
                          "image %s does not exist or needs `docker login`; tried %s", name,
                          tried);
    case WRONG_PLATFORM:
        return cog_report(diags, COG_ERROR, wanted->at, "image.platform",
                          "image %s has no %s/%s; tried %s", name, wanted->os, wanted->arch,
                          tried);
    case WRONG_CONTENT:
        return cog_report(diags, COG_FAILURE, wanted->at, "registry.content",
                          "a registry's answer for image %s is wrong; tried %s", name,
                          tried);
    default:
        return cog_report(diags, COG_FAILURE, wanted->at,
                          outcome == UNTRUSTED ? "registry.certificate"
                                               : "registry.unreachable",
                          "image %s cannot be looked up; tried %s", name, tried);
    }
}

/* Adds a site and its reason to the list of what was tried. */
static void note(char **tried, const struct visit *visit)
{
    char *list = cog_printf("%s%s%s: %s", *tried, **tried ? "; " : "", visit->site->url,
                            visit->reason ? visit->reason : "");

    free(*tried);
    *tried = list;
}

static int refuse(const struct cog_image_wanted *wanted, const json_t *rule,
                  struct cog_diags *diags)
{
    auto_free char *name = cog_reference_familiar(wanted->reference);

    return cog_report(diags, COG_ERROR, wanted->at, "registry.blocked",
                      "image %s is blocked by registries.conf: %s", name,
                      json_string_value(json_object_get(rule, "at")));
}

static bool is_out_of_reach(enum outcome outcome)
{
    return outcome == UNREACHABLE || outcome == UNTRUSTED;
}

/* The registry's own word counts; a mirror's only when the registry is out of reach, as in
 * a closed network. Its plain and its TLS address are one registry, of which the first that
 * answers counts. */
static int ask_all(const struct cog_registry *registry, const struct cog_sites *sites,
                   const struct cog_image_wanted *wanted, struct cog_image_found *found,
                   struct cog_diags *diags)
{
    auto_free char *tried = cog_strdup("");
    enum outcome last = UNREACHABLE;
    bool missing = false;

    for (size_t i = 0; i < sites->count; i++) {
        const struct cog_site *site = &sites->items[i];
        struct visit visit = {
            .registry = registry, .wanted = wanted, .site = site, .diags = diags};
        last = ask(&visit, found);
        note(&tried, &visit);
        free(visit.reason);
        if (last == FOUND || last == REPORTED)
            return last == FOUND ? 0 : -1;
        if (!is_out_of_reach(last) && !site->mirror)
            break;
        missing |= last == MISSING;
    }
    if (is_out_of_reach(last) && missing)
        last = MISSING;
    return report(wanted, last, tried, diags);
}

int cog_registry_resolve(const struct cog_registry *registry,
                         const struct cog_image_wanted *wanted,
                         struct cog_image_found *found, struct cog_diags *diags)
{
    struct cog_sites sites;
    const json_t *blocked = cog_sites_find(&sites, wanted->reference, &registry->rules);

    *found = (struct cog_image_found){0};
    int result = blocked ? refuse(wanted, blocked, diags)
                         : ask_all(registry, &sites, wanted, found, diags);
    cog_sites_release(&sites);
    return result;
}
