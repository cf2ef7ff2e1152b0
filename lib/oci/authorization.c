/* authorization.c - answers a registry's challenge. */
#include "oci/authorization.h"

#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/digest.h"
#include "http/refusal.h"
#include "http/url.h"
#include "oci/realm.h"

enum { TOKEN_MS = 30000, MAX_TOKEN_ANSWER = 1 << 20 };

static char *basic(const char *user, const char *secret)
{
    auto_free char *pair = cog_printf("%s:%s", user, secret);
    auto_free char *encoded = cog_base64(pair, strlen(pair));

    return cog_printf("Authorization: Basic %s", encoded);
}

/* "realm?service=…&scope=…" or, for a form, without the realm. */
static char *query(const json_t *bearer, const char *scope)
{
    const char *service = json_string_value(json_object_get(bearer, "service"));
    auto_free char *escaped_scope = cog_http_escape(scope);
    auto_free char *escaped_service = cog_http_escape(service ? service : "");

    return cog_printf("%s%s%s%s%s", service ? "service=" : "", escaped_service,
                      service && *scope ? "&" : "", *scope ? "scope=" : "", escaped_scope);
}

static int send_for_token(struct cog_http *http,
                          const struct cog_authorization_request *wanted,
                          const json_t *bearer, struct cog_http_response *response)
{
    const char *realm = json_string_value(json_object_get(bearer, "realm"));
    auto_free char *parameters = query(bearer, wanted->scope);
    auto_free char *url =
        cog_printf("%s%c%s", realm, strchr(realm, '?') ? '&' : '?', parameters);
    auto_free char *header =
        wanted->user && *wanted->user ? basic(wanted->user, wanted->secret) : NULL;
    auto_free char *token = cog_http_escape(wanted->secret ? wanted->secret : "");
    auto_free char *form = cog_printf("grant_type=refresh_token&client_id=cog&%s&"
                                      "refresh_token=%s",
                                      parameters, token);
    const char *const headers[] = {header, NULL};
    struct cog_http_request request = {
        .url = url,
        .ca_text = wanted->ca_text,
        .headers = headers,
        .limit = MAX_TOKEN_ANSWER,
        .timeout_ms = TOKEN_MS,
    };

    if (wanted->user && !*wanted->user) { /* libcurl names the form's media type */
        request.method = "POST";
        request.url = realm;
        request.body = form;
        request.body_size = strlen(form);
    }
    return cog_http_send_retrying(http, &request, wanted->patience, response);
}

static int read_token(const char *realm, const struct cog_http_response *response,
                      char **header, char **reason)
{
    json_auto_t *answer = json_loadb(response->body, response->size, 0, NULL);
    const char *token = json_string_value(json_object_get(answer, "token"));

    if (!token)
        token = json_string_value(json_object_get(answer, "access_token"));
    if (response->status == 200 && token && !strpbrk(token, "\r\n")) {
        *header = cog_printf("Authorization: Bearer %s", token);
        return 1;
    }
    *reason = cog_printf("%s answers %ld%s", realm, response->status,
                         response->status == 200 ? " without a token" : "");
    return response->status == 401 || response->status == 403 ? 0 : -1;
}

/* Without credentials where the token server may not have them. */
static int bearer_token(struct cog_http *http,
                        const struct cog_authorization_request *request,
                        const json_t *bearer, char **header, char **reason)
{
    const char *realm = json_string_value(json_object_get(bearer, "realm"));
    enum cog_realm verdict =
        cog_realm_judge(realm, request->host, request->insecure, request->trusted);
    struct cog_authorization_request sent = *request;
    struct cog_http_response response;
    int result;

    if (verdict == COG_REALM_REFUSED) {
        *reason = cog_printf("the token server %s does not use https", realm);
        return -1;
    }
    if (verdict == COG_REALM_ANONYMOUS)
        sent.user = sent.secret = NULL;
    if (send_for_token(http, &sent, bearer, &response) == COG_HTTP_OK) {
        result = read_token(realm, &response, header, reason);
    } else {
        auto_free char *silence = cog_silence_reason(&response);
        *reason = cog_printf("the token server %s: %s", realm, silence);
        result = -1;
    }
    cog_http_response_release(&response);
    if (result == 0 && request->user && !sent.user) {
        auto_free char *before = *reason;
        *reason = cog_printf("%s; it is another party's than %s, so it got no credentials; "
                             "COG_TOKEN_SERVERS can allow it",
                             before, request->host);
    }
    return result;
}

int cog_authorize(struct cog_http *http, const struct cog_authorization_request *request,
                  char **header, char **reason)
{
    const json_t *bearer = json_object_get(request->challenges, "bearer");

    if (json_string_value(json_object_get(bearer, "realm")))
        return bearer_token(http, request, bearer, header, reason);
    if (!json_object_get(request->challenges, "basic")) {
        *reason = cog_strdup("the registry asks for an unsupported kind of login");
        return -1;
    }
    if (!request->user || !*request->user) {
        *reason = cog_strdup("the registry asks for credentials");
        return 0;
    }
    *header = basic(request->user, request->secret);
    return 1;
}
