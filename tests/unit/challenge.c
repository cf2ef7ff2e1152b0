/* challenge.c - WWW-Authenticate headers as registries send them, and broken ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "base/auto.h"
#include "oci/challenge.h"

static void headers_are_read(void **state)
{
    static const struct {
        const char *header, *json;
    } cases[] = {
        {"Basic realm=\"Registry Realm\"", "{\"basic\":{\"realm\":\"Registry Realm\"}}"},
        {"Bearer realm=\"https://auth.docker.io/token\",service=\"registry.docker.io\","
         "scope=\"repository:a/b:pull,push\"",
         "{\"bearer\":{\"realm\":\"https://auth.docker.io/token\",\"scope\":\"repository:a/"
         "b:pull,push\",\"service\":\"registry.docker.io\"}}"},
        {"Basic, Bearer Realm = x , service=y",
         "{\"basic\":{},\"bearer\":{\"realm\":\"x\",\"service\":\"y\"}}"},
        {"Basic realm=\"a \\\"b\\\"\"", "{\"basic\":{\"realm\":\"a \\\"b\\\"\"}}"},
        {"Negotiate abc==", "{\"negotiate\":{\"abc\":\"=\"}}"},
        {"Basic realm=\"open", "{\"basic\":{\"realm\":\"open\"}}"},
        {"=;=\"", "{}"},
        {"", "{}"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        json_auto_t *challenges = json_object();
        cog_challenges_add(challenges, cases[i].header);
        auto_free char *json = json_dumps(challenges, JSON_COMPACT | JSON_SORT_KEYS);
        assert_string_equal(json, cases[i].json);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {cmocka_unit_test(headers_are_read)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
