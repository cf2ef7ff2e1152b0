/* token_owner.c - the two questions to a registry with tokens. */
#include "oci/token_owner.h"

#include <jansson.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/exit.h"
#include "base/secret.h"
#include "http/refusal.h"
#include "http/url.h"
#include "oci/credentials.h"
#include "oci/registry_url.h"

enum { ANSWER_MS = 30000 };

static const struct cog_pos nowhere = {0};

/* Returns 0 with `*text`, the member `key` of the answer (NULL: it has none), and
 * `*status`; -1 after a diagnostic; COG_EXIT_INTERRUPTED. */
static int ask(const struct cog_login *login, const char *path, const char *form,
               const char *key, char **text, long *status, struct cog_diags *diags)
{
    static const char *const headers[] = {"Content-Type: application/x-www-form-urlencoded",
                                          NULL};
    const char *scheme = cog_registry_url_is_insecure(login->host, NULL) ? "http" : "https";
    auto_free char *url = cog_printf("%s://%s%s", scheme, login->host, path);
    struct cog_http_request request = {.method = form ? "POST" : "GET",
                                       .url = url,
                                       .ca_text = login->ca_text,
                                       .headers = form ? headers : NULL,
                                       .body = form,
                                       .body_size = form ? strlen(form) : 0,
                                       .timeout_ms = ANSWER_MS};
    struct cog_http_response response;

    *text = NULL;
    int result = cog_http_send_retrying(login->http, &request, login->patience, &response);
    if (result == COG_HTTP_INTERRUPTED)
        result = COG_EXIT_INTERRUPTED;
    if (result == COG_HTTP_FAILED)
        result = cog_silence_report(login->host, &response, diags);
    *status = response.status;
    if (result == 0) {
        json_auto_t *answer = json_loadb(response.body, response.size, 0, NULL);
        const char *found = json_string_value(json_object_get(answer, key));
        *text = found ? cog_strdup(found) : NULL;
    }
    cog_http_response_release(&response);
    return result;
}

int cog_token_page(const struct cog_login *login, char **url, struct cog_diags *diags)
{
    long status = 0;

    *url = NULL;
    if (cog_is_docker_hub(login->host))
        return 0;
    int result = ask(login, "/cog/v1/display-token-url", NULL, "url", url, &status, diags);
    return result ? result : status == 200 && *url;
}

int cog_token_owner(const struct cog_login *login, char **user, struct cog_diags *diags)
{
    auto_free char *escaped = cog_http_escape(login->secret);
    auto_free char *form = cog_printf("token=%s", escaped);
    long status;

    int result = ask(login, "/cog/v1/verify-token", form, "username", user, &status, diags);
    cog_secret_wipe(escaped, strlen(escaped));
    cog_secret_wipe(form, strlen(form));
    if (result != 0 || (status == 200 && *user && **user))
        return result;
    if (status == 404 || status == 401 || status == 403)
        return cog_report(diags, COG_ERROR, nowhere, "login.refused",
                          "%s does not know this token; copy it again from the page that "
                          "shows it",
                          login->host);
    return cog_report(diags, COG_FAILURE, nowhere, "login.registry",
                      "%s does not say whose the token is: it answers %ld", login->host,
                      status);
}
