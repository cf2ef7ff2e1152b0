/* login.c - tries credentials, and stores them as the Docker CLI does. */
#include "oci/login.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/digest.h"
#include "base/doc.h"
#include "base/exit.h"
#include "http/refusal.h"
#include "oci/authorization.h"
#include "oci/challenge.h"
#include "oci/credentials.h"
#include "oci/helper.h"
#include "oci/realm.h"
#include "oci/registry_url.h"

enum { ANSWER_MS = 30000 };

static const struct cog_pos nowhere = {0};

/* GET /v2/ of the registry. Returns a cog_http_result. */
static int ask(const struct cog_login *login, const char *base, const char *authorization,
               struct cog_http_response *response)
{
    auto_free char *url = cog_printf("%s/v2/", base);
    const char *headers[] = {authorization, NULL};
    struct cog_http_request request = {
        .url = url, .ca_text = login->ca_text, .headers = headers, .timeout_ms = ANSWER_MS};

    return cog_http_send_retrying(login->http, &request, login->patience, response);
}

static int refuse(const struct cog_login *login, struct cog_diags *diags)
{
    return cog_report(diags, COG_ERROR, nowhere, "login.refused",
                      "%s refuses the password or token of %s", login->host, login->user);
}

/* What the last answer asked for. A new reference. */
static json_t *challenges_of(const struct cog_login *login)
{
    json_t *challenges = json_object();
    const char *value;

    for (size_t i = 0; (value = cog_http_header(login->http, "WWW-Authenticate", i)); i++)
        cog_challenges_add(challenges, value);
    return challenges;
}

static struct cog_authorization_request request_of(const struct cog_login *login,
                                                   const json_t *challenges)
{
    return (struct cog_authorization_request){
        .challenges = challenges,
        .scope = "",
        .user = login->user,
        .secret = login->secret,
        .ca_text = login->ca_text,
        .host = login->host,
        .insecure = cog_registry_url_is_insecure(login->host, NULL),
        .trusted = login->token_servers,
        .patience = login->patience,
    };
}

/* The token server that was named, or NULL; borrowed. */
static const char *realm_of(const json_t *challenges)
{
    return json_string_value(
        json_object_get(json_object_get(challenges, "bearer"), "realm"));
}

/* A token that anybody gets says nothing of the password. */
static int refuse_realm(const struct cog_login *login, const char *realm,
                        struct cog_diags *diags)
{
    bool secure = strncasecmp(realm, "https://", 8) == 0;
    auto_free char *remedy =
        secure ? cog_printf("set COG_TOKEN_SERVERS=%s=HOST with its host", login->host)
               : cog_strdup("it needs https");

    return cog_report(diags, COG_ERROR, nowhere, "login.token-server",
                      "%s names %s as the place for passwords, which is another party's; "
                      "to allow it, %s",
                      login->host, realm, remedy);
}

/* Makes `*header` by what the last answer asked for. */
static int authorize(const struct cog_login *login, char **header, struct cog_diags *diags)
{
    auto_free char *reason = NULL;
    json_auto_t *challenges = challenges_of(login);
    struct cog_authorization_request request = request_of(login, challenges);
    const char *realm = realm_of(challenges);

    if (realm && cog_realm_judge(realm, request.host, request.insecure, request.trusted) ==
                     COG_REALM_ANONYMOUS)
        return refuse_realm(login, realm, diags);
    int result = cog_authorize(login->http, &request, header, &reason);
    if (result == 0)
        return refuse(login, diags);
    if (result < 0)
        return cog_report(diags, COG_FAILURE, nowhere, "registry.unreachable", "%s: %s",
                          login->host, reason);
    return 0;
}

/* What the answer to an attempt with the credentials means. */
static int judge(const struct cog_login *login, long status, struct cog_diags *diags)
{
    if (status == 200)
        return 0;
    if (status == 401)
        return refuse(login, diags);
    if (status == 403)
        return cog_report(diags, COG_ERROR, nowhere, "login.forbidden",
                          "%s knows %s, who has no rights there; ask its owner for some",
                          login->host, login->user);
    return cog_report(diags, COG_ERROR, nowhere, "login.registry",
                      "%s is not a registry: it answers %ld to GET /v2/", login->host,
                      status);
}

/* One attempt; `*status` is 0 after a diagnostic. */
static int attempt(const struct cog_login *login, const char *base, const char *header,
                   long *status, struct cog_diags *diags)
{
    struct cog_http_response response;
    int result = ask(login, base, header, &response);

    *status = result == COG_HTTP_OK ? response.status : 0;
    if (result == COG_HTTP_INTERRUPTED)
        result = COG_EXIT_INTERRUPTED;
    if (result == COG_HTTP_FAILED)
        result = cog_silence_report(login->host, &response, diags);
    cog_http_response_release(&response);
    return result;
}

/* The caller frees it. */
static char *base_url(const struct cog_login *login)
{
    const char *domain = cog_is_docker_hub(login->host) ? "docker.io" : login->host;
    const struct cog_reference registry = {.domain = (char *)domain, .path = (char *)""};
    const struct cog_site_rules none = {0};
    struct cog_sites sites;

    (void)cog_sites_find(&sites, &registry, &none);
    char *url = cog_strdup(sites.items[0].url);
    cog_sites_release(&sites);
    return url;
}

int cog_login_check(const struct cog_login *login, struct cog_diags *diags)
{
    auto_free char *base = base_url(login), *header = NULL;
    long status;

    int result = attempt(login, base, NULL, &status, diags);
    if (result == 0 && status == 401) {
        result = authorize(login, &header, diags);
        if (result == 0)
            result = attempt(login, base, header, &status, diags);
    }
    return result == 0 ? judge(login, status, diags) : result;
}

/* The status of the answer; 0: there is none. */
static long status_of(const struct cog_login *login, const char *base, const char *header)
{
    struct cog_http_response response;
    int result = ask(login, base, header, &response);
    long status = result == COG_HTTP_OK ? response.status : 0;

    cog_http_response_release(&response);
    return status;
}

/* Whether the answer to `request` depends on the password: it is sent, or it is
 * missing and cannot be done without. */
static bool depends_on_password(const struct cog_authorization_request *request,
                                const char *realm)
{
    if (!realm)
        return json_object_get(request->challenges, "basic");
    return request->user && cog_realm_judge(realm, request->host, request->insecure,
                                            request->trusted) == COG_REALM_TRUSTED;
}

bool cog_login_is_refused(const struct cog_login *login)
{
    auto_free char *base = base_url(login), *header = NULL, *reason = NULL;

    if ((login->user && !*login->user) || status_of(login, base, NULL) != 401)
        return false;
    json_auto_t *challenges = challenges_of(login);
    struct cog_authorization_request request = request_of(login, challenges);
    const char *realm = realm_of(challenges);
    if (!depends_on_password(&request, realm))
        return false;
    int result = cog_authorize(login->http, &request, &header, &reason);
    return result == 0 || (result == 1 && !realm && status_of(login, base, header) == 401);
}

static int store_in_file(const struct cog_login *login, json_t *config, const char *path,
                         struct cog_diags *diags)
{
    auto_free char *pair = cog_printf("%s:%s", login->user, login->secret);
    auto_free char *auth = cog_base64(pair, strlen(pair));
    json_t *auths = json_object_get(config, "auths");

    if (!json_is_object(auths)) {
        auths = json_object();
        json_object_set_new(config, "auths", auths);
    }
    json_object_set_new(auths, cog_credentials_server(login->host),
                        json_pack("{s:s}", "auth", auth));
    auto_free char *text = json_dumps(config, JSON_INDENT(4) | JSON_PRESERVE_ORDER);
    auto_free char *target = realpath(path, NULL); /* a link stays one */
    return cog_replace_private_file(target ? target : path, text, strlen(text), diags);
}

int cog_login_store(const struct cog_login *login, char **helper, struct cog_diags *diags)
{
    auto_free char *path = cog_printf("%s/config.json", login->config_dir);
    json_auto_t *config = NULL;

    *helper = NULL;
    if (cog_credentials_load(path, &config, diags) < 0)
        return -1;
    if (!config)
        config = json_object();
    const char *name = cog_credentials_helper(config, login->host);
    if (!name || !*name)
        return store_in_file(login, config, path, diags);
    *helper = cog_strdup(name);
    return cog_helper_store(name, cog_credentials_server(login->host), path, login->user,
                            login->secret, diags);
}
