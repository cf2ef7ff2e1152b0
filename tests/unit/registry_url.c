/* registry_url.c - the URLs that are asked for an image, by what the engine says of
 * registries. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "base/auto.h"
#include "oci/registry_url.h"

static void sites_are_found(void **state)
{
    static const char engine_text[] =
        "{\"Mirrors\":[\"http://127.0.0.1:5000/\",\"https://mirror.example\"],"
        "\"InsecureRegistryCIDRs\":[\"10.1.0.0/16\",\"::1/128\",\"x/99\",7],"
        "\"IndexConfigs\":{\"plain.example:5000\":{\"Secure\":false},"
        "\"docker.io\":{\"Secure\":true}}}";
    static const struct {
        const char *domain, *sites;
    } cases[] = {
        {"docker.io", "[\"http://127.0.0.1:5000\",\"https://mirror.example\","
                      "\"https://registry-1.docker.io\"]"},
        {"ghcr.io", "[\"https://ghcr.io\"]"},
        {"localhost", "[\"http://localhost\",\"https://localhost\"]"},
        {"localhost:5000", "[\"http://localhost:5000\",\"https://localhost:5000\"]"},
        {"localhost.example", "[\"https://localhost.example\"]"},
        {"127.0.0.2:1", "[\"http://127.0.0.2:1\",\"https://127.0.0.2:1\"]"},
        {"127.example.com", "[\"https://127.example.com\"]"},
        {"[::1]:1", "[\"http://[::1]:1\",\"https://[::1]:1\"]"},
        {"10.1.2.3:5000", "[\"http://10.1.2.3:5000\",\"https://10.1.2.3:5000\"]"},
        {"10.2.2.3:5000", "[\"https://10.2.2.3:5000\"]"},
        {"plain.example:5000",
         "[\"http://plain.example:5000\",\"https://plain.example:5000\"]"},
        {"plain.example", "[\"https://plain.example\"]"},
    };
    json_auto_t *engine = json_loads(engine_text, 0, NULL);

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        json_auto_t *sites = cog_registry_urls(cases[i].domain, engine);
        auto_free char *json = json_dumps(sites, JSON_COMPACT);
        assert_string_equal(json, cases[i].sites);
    }
}

static void without_an_engine_only_loopback_is_plain(void **state)
{
    (void)state;
    assert_true(cog_registry_url_is_insecure("localhost:5000", NULL));
    assert_false(cog_registry_url_is_insecure("10.1.2.3:5000", NULL));
    json_auto_t *sites = cog_registry_urls("docker.io", NULL);
    assert_int_equal(json_array_size(sites), 1);
}

static void credentials_need_tls_or_leave(void **state)
{
    json_auto_t *engine = json_loads(
        "{\"IndexConfigs\":{\"plain.example:5000\":{\"Secure\":false}}}", 0, NULL);

    (void)state;
    assert_true(cog_registry_url_gets_credentials("https://ghcr.io", engine));
    assert_true(cog_registry_url_gets_credentials("http://plain.example:5000", engine));
    assert_true(cog_registry_url_gets_credentials("http://127.0.0.1:5000", engine));
    assert_false(cog_registry_url_gets_credentials("http://plain.example:5000", NULL));
    assert_false(cog_registry_url_gets_credentials("http://plain.example", engine));
    assert_false(cog_registry_url_gets_credentials("http://mirror.example", engine));
    assert_false(cog_registry_url_gets_credentials("http://https://ghcr.io", engine));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(sites_are_found),
        cmocka_unit_test(without_an_engine_only_loopback_is_plain),
        cmocka_unit_test(credentials_need_tls_or_leave),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
