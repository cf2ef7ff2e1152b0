/* refusal.c - what the texts of engines mean. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the above */
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "http/refusal.h"
#include "told.h"

static const struct {
    const char *reason, *user, *code;
} rows[] = {
    {"no basic auth credentials", NULL, "registry.login"},
    {"unauthorized: authentication required", "me", "registry.login"},
    {"failed to authorize: failed to fetch anonymous token: unexpected status from GET "
     "request to https://x/token: 401 Unauthorized",
     NULL, "registry.login"},
    {"denied: requested access to the resource is denied", "me", "registry.denied"},
    {"denied: requested access to the resource is denied", NULL, "registry.login"},
    {"push access denied, repository does not exist or may require authorization: server "
     "message: insufficient_scope: authorization failed",
     "me", "registry.denied"},
    {"unexpected status from POST request to https://x/v2/: 403 Forbidden", "",
     "registry.denied"},
    {"name unknown: repository name not known to registry", "me", "registry.missing"},
    {"manifest for x/y:1 not found: manifest unknown", NULL, "registry.missing"},
    {"failed to resolve reference \"x/y:1\": x/y:1: not found", NULL, "registry.missing"},
    {"Get \"https://x/v2/\": dial tcp: lookup x: no such host", NULL,
     "registry.unreachable"},
    {"Get \"https://x/v2/\": net/http: TLS handshake timeout", NULL,
     "registry.unreachable"},
    {"Get \"https://x/v2/\": x509: certificate signed by unknown authority", NULL,
     "registry.certificate"},
    {"http: server gave HTTP response to HTTPS client", NULL, "registry.certificate"},
    {"no space left on device", "me", NULL},
};

static void test_reasons(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct cog_refusal refusal = {
            .host = "x", .name = "x/y:1", .user = rows[i].user, .reason = rows[i].reason};
        struct cog_diags diags;
        cog_diags_init(&diags, "test");
        assert_int_equal(cog_refusal_report(&refusal, &diags), rows[i].code ? -1 : 0);
        auto_free char *text = told(&diags);
        auto_free char *code = cog_printf("[%s]", rows[i].code ? rows[i].code : "");
        assert_true(rows[i].code ? strstr(text, code) != NULL : !*text);
        cog_diags_release(&diags);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_reasons)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
