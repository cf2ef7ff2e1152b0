/* realm.c - which token servers a registry's credentials go to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "oci/realm.h"

static void credentials_stay_with_the_owner(void **state)
{
    static const struct {
        const char *realm, *host;
        enum cog_realm plain, insecure; /* the latter: the registry is named insecure */
    } rows[] = {
        {"https://ghcr.io/token", "ghcr.io", COG_REALM_TRUSTED, COG_REALM_TRUSTED},
        {"https://auth.docker.io/token", "registry-1.docker.io", COG_REALM_TRUSTED,
         COG_REALM_TRUSTED},
        {"HTTPS://Auth.Docker.IO/token", "registry-1.docker.io", COG_REALM_TRUSTED,
         COG_REALM_TRUSTED},
        {"https://ghcr.io:8443/token", "ghcr.io", COG_REALM_TRUSTED, COG_REALM_TRUSTED},
        {"https://evil.example/token", "ghcr.io", COG_REALM_ANONYMOUS, COG_REALM_ANONYMOUS},
        {"https://notghcr.io/", "ghcr.io", COG_REALM_ANONYMOUS, COG_REALM_ANONYMOUS},
        {"https://ghcr.io.evil.example/", "ghcr.io", COG_REALM_ANONYMOUS,
         COG_REALM_ANONYMOUS},
        {"https://evil.example?ghcr.io/", "ghcr.io", COG_REALM_ANONYMOUS,
         COG_REALM_ANONYMOUS},
        {"https://evil.example#.ghcr.io", "ghcr.io", COG_REALM_ANONYMOUS,
         COG_REALM_ANONYMOUS},
        {"https://a.co.uk/", "b.co.uk", COG_REALM_ANONYMOUS, COG_REALM_ANONYMOUS},
        {"https://a.x.co.uk/", "x.co.uk", COG_REALM_TRUSTED, COG_REALM_TRUSTED},
        {"https://x.uk/", "y.x.uk", COG_REALM_TRUSTED, COG_REALM_TRUSTED},
        {"https://evil.azurecr.io/", "mine.azurecr.io", COG_REALM_ANONYMOUS,
         COG_REALM_ANONYMOUS},
        {"https://auth.mine.azurecr.io/", "mine.azurecr.io", COG_REALM_TRUSTED,
         COG_REALM_TRUSTED},
        {"https://io/", "ghcr.io", COG_REALM_ANONYMOUS, COG_REALM_ANONYMOUS},
        {"https://co.uk/", "a.co.uk", COG_REALM_ANONYMOUS, COG_REALM_ANONYMOUS},
        {"https://10.0.0.1/", "10.0.0.2:5000", COG_REALM_ANONYMOUS, COG_REALM_ANONYMOUS},
        {"https://10.0.0.2:1/", "10.0.0.2:5000", COG_REALM_TRUSTED, COG_REALM_TRUSTED},
        {"https://[fe80::1]:1/", "[fe80::1]:2", COG_REALM_TRUSTED, COG_REALM_TRUSTED},
        {"https://[fe80::1]:1/", "[fe80::2]:2", COG_REALM_ANONYMOUS, COG_REALM_ANONYMOUS},
        {"http://ghcr.io/token", "ghcr.io", COG_REALM_REFUSED, COG_REALM_TRUSTED},
        {"http://auth.ghcr.io/token", "ghcr.io", COG_REALM_REFUSED, COG_REALM_ANONYMOUS},
        {"http://localhost:1/", "127.0.0.1:2", COG_REALM_REFUSED, COG_REALM_TRUSTED},
        {"https://auth.listed.example/", "ghcr.io", COG_REALM_TRUSTED, COG_REALM_TRUSTED},
        {"https://auth.listed.example/", "quay.io", COG_REALM_ANONYMOUS,
         COG_REALM_ANONYMOUS},
        {"http://auth.listed.example/", "ghcr.io", COG_REALM_REFUSED, COG_REALM_ANONYMOUS},
        {"https://ghcr.io@evil.example/", "ghcr.io", COG_REALM_REFUSED, COG_REALM_REFUSED},
        {"https://evil.example\\@ghcr.io/", "ghcr.io", COG_REALM_REFUSED,
         COG_REALM_REFUSED},
        {"https:///", "ghcr.io", COG_REALM_REFUSED, COG_REALM_REFUSED},
        {"ftp://ghcr.io/", "ghcr.io", COG_REALM_REFUSED, COG_REALM_REFUSED},
        {"ghcr.io", "ghcr.io", COG_REALM_REFUSED, COG_REALM_REFUSED},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        static const char listed[] = "a.example=b.example,ghcr.io=auth.listed.example";
        print_message("%s %s\n", rows[i].realm, rows[i].host);
        assert_int_equal(cog_realm_judge(rows[i].realm, rows[i].host, false, listed),
                         rows[i].plain);
        assert_int_equal(cog_realm_judge(rows[i].realm, rows[i].host, true, listed),
                         rows[i].insecure);
    }
    assert_int_equal(
        cog_realm_judge("https://auth.listed.example/", "ghcr.io", false, NULL),
        COG_REALM_ANONYMOUS);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(credentials_stay_with_the_owner),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
