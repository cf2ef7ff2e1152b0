/* push_check.c - tries the passwords for a push. */
#include "submit/push_check.h"

#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "base/exit.h"
#include "http/refusal.h"
#include "model/reference.h"
#include "oci/credentials.h"
#include "oci/login.h"
#include "submit/certificates.h"

static void add_credential(struct cog_login *login, const struct cog_build_inputs *inputs)
{
    const char *host =
        cog_is_docker_hub(login->host) ? "registry-1.docker.io" : login->host;

    for (size_t i = 0; i < inputs->credential_count; i++) {
        if (strcmp(inputs->credentials[i].host, host) == 0) {
            login->user = inputs->credentials[i].user;
            login->secret = inputs->credentials[i].secret;
        }
    }
}

/* `asked` has the registries that were asked before. */
static int check(struct cog_login login, const struct cog_build_inputs *inputs,
                 const char *text, json_t *asked, struct cog_diags *diags)
{
    struct cog_reference name;
    const char *reason;
    int result = 0;

    if (cog_reference_parse(&name, text, &reason) < 0)
        return 0; /* the engine says so */
    login.host = name.domain;
    add_credential(&login, inputs);
    if (!json_object_get(asked, login.host) && cog_login_is_refused(&login)) {
        const struct cog_refusal refusal = {
            .host = login.host, .name = text, .user = login.user, .reason = "unauthorized"};
        result = cog_refusal_report(&refusal, diags);
    }
    json_object_set_new(asked, login.host, json_true());
    cog_reference_release(&name);
    return result;
}

int cog_push_check(const struct cog_build_inputs *inputs, const json_t *names,
                   struct cog_diags *diags)
{
    auto_free char *authorities = NULL;
    json_auto_t *asked = json_object();
    struct cog_retry patience = {0}; /* what asks again is the push */
    const json_t *name;
    size_t index;
    int result = 0;

    if (!json_array_size(names))
        return 0;
    if (cog_certificates_load(&authorities, diags) < 0)
        return -1;
    struct cog_http *http = cog_http_new();
    cog_http_watch_signals(http);
    const struct cog_login login = {.http = http,
                                    .token_servers = getenv("COG_TOKEN_SERVERS"),
                                    .ca_text = authorities,
                                    .patience = &patience};
    json_array_foreach(names, index, name) {
        result |= check(login, inputs, json_string_value(name), asked, diags);
    }
    if (cog_http_interrupted(http))
        result = COG_EXIT_INTERRUPTED;
    cog_http_free(http);
    return result;
}
