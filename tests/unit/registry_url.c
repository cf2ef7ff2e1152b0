/* registry_url.c - the places that are asked for an image, by what the options,
 * registries.conf and the engine say of registries. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/text.h"
#include "oci/registries.h"
#include "oci/registry_url.h"

/* The places in a line, "URL PATH" each, those of mirrors in brackets, "+" behind what gets
 * credentials. The caller frees it. */
static char *places(const char *name, const struct cog_site_rules *rules)
{
    struct cog_reference reference;
    struct cog_sites sites;
    const char *reason;
    char *text;
    size_t size;

    assert_int_equal(cog_reference_parse(&reference, name, &reason), 0);
    const json_t *blocked = cog_sites_find(&sites, &reference, rules);
    FILE *stream = cog_text_open(&text, &size);
    if (blocked)
        (void)fprintf(stream, "blocked by %s",
                      json_string_value(json_object_get(blocked, "at")));
    for (size_t i = 0; i < sites.count; i++) {
        const struct cog_site *site = &sites.items[i];
        (void)fprintf(stream, site->mirror ? "%s[%s %s]%s" : "%s%s %s%s", i ? " | " : "",
                      site->url, site->path, cog_site_gets_credentials(site) ? "+" : "");
    }
    cog_text_close(stream, &text);
    cog_sites_release(&sites);
    cog_reference_release(&reference);
    return text;
}

struct place_case {
    const char *name, *places;
};

static void check(const struct place_case *cases, size_t count,
                  const struct cog_site_rules *rules)
{
    for (size_t i = 0; i < count; i++) {
        auto_free char *text = places(cases[i].name, rules);
        assert_string_equal(text, cases[i].places);
    }
}

static void by_the_engine(void **state)
{
    static const char engine_text[] =
        "{\"Mirrors\":[\"http://127.0.0.1:5000/\",\"https://mirror.example\"],"
        "\"InsecureRegistryCIDRs\":[\"10.1.0.0/16\",\"::1/128\",\"x/99\",7],"
        "\"IndexConfigs\":{\"plain.example:5000\":{\"Secure\":false},"
        "\"docker.io\":{\"Secure\":true}}}";
    static const struct place_case cases[] = {
        {"x", "[http://127.0.0.1:5000 library/x]+ | [https://mirror.example library/x]+ | "
              "https://registry-1.docker.io library/x+"},
        {"ghcr.io/x", "https://ghcr.io x+"},
        {"localhost/x", "http://localhost x+ | https://localhost x+"},
        {"localhost:5000/x", "http://localhost:5000 x+ | https://localhost:5000 x+"},
        {"localhost.example/x", "https://localhost.example x+"},
        {"127.0.0.2:1/x", "http://127.0.0.2:1 x+ | https://127.0.0.2:1 x+"},
        {"127.example.com/x", "https://127.example.com x+"},
        {"10.1.2.3:5000/x", "http://10.1.2.3:5000 x+ | https://10.1.2.3:5000 x+"},
        {"10.2.2.3:5000/x", "https://10.2.2.3:5000 x+"},
        {"plain.example:5000/x",
         "http://plain.example:5000 x+ | https://plain.example:5000 x+"},
        {"plain.example/x", "https://plain.example x+"},
    };
    json_auto_t *engine = json_loads(engine_text, 0, NULL);
    const struct cog_site_rules rules = {.engine = engine}, none = {0};

    (void)state;
    check(cases, sizeof cases / sizeof *cases, &rules);
    auto_free char *hub = places("x", &none), *plain = places("10.1.2.3:5000/x", &none);
    assert_string_equal(hub, "https://registry-1.docker.io library/x+");
    assert_string_equal(plain, "https://10.1.2.3:5000 x+");
    assert_true(cog_registry_url_is_insecure("[::1]:1", NULL));
}

static void by_options(void **state)
{
    static const char *const wrong[] = {"",          "mirror.example",      "ftp://x",
                                        "https://",  "ghcr.io/x=https://m", "=https://m",
                                        "https://m/"};
    static const struct place_case cases[] = {
        {"x", "[http://m:1 library/x] | [https://n/sub library/x]+ | "
              "https://registry-1.docker.io library/x+"},
        {"ghcr.io/x", "[https://g x]+ | https://ghcr.io x+"},
        {"quay.io/x", "https://quay.io x+"},
    };
    json_auto_t *mirrors = json_array();
    const struct cog_site_rules rules = {.mirrors = mirrors};
    struct cog_diags diags;

    (void)state;
    cog_diags_init(&diags, "test");
    assert_int_equal(cog_registries_add_mirror(mirrors, "http://m:1", &diags), 0);
    assert_int_equal(
        cog_registries_add_mirror(mirrors, "index.docker.io=https://n/sub", &diags), 0);
    assert_int_equal(cog_registries_add_mirror(mirrors, "ghcr.io=https://g", &diags), 0);
    check(cases, sizeof cases / sizeof *cases, &rules);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(cog_registries_add_mirror(mirrors, wrong[i], &diags), -1);
    cog_diags_release(&diags);
}

#define DIGEST "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static void by_registries_conf(void **state)
{
    static const char file[] =
        "unqualified-search-registries = ['docker.io']\n"
        "[[registry]]\nprefix = 'docker.io'\n"
        "[[registry.mirror]]\nlocation = 'm:1/hub'\ninsecure = true\n"
        "[[registry.mirror]]\nlocation = 'd'\npull-from-mirror = 'digest-only'\n"
        "[[registry.mirror]]\nlocation = 't'\npull-from-mirror = 'tag-only'\n"
        "[[registry]]\nprefix = 'docker.io/library/old'\nlocation = 'new.example/old'\n"
        "[[registry]]\nlocation = 'plain.example'\ninsecure = true\n"
        "[[registry]]\nprefix = '*.wild.example'\nlocation = 'tame.example/w'\n"
        "[[registry]]\nprefix = 'bad.example/a'\nblocked = true\n"
        "[aliases]\nx = 'y.example/x'\n";
    static const struct place_case cases[] = {
        {"x", "[http://m:1 hub/library/x]+ | [https://m:1 hub/library/x]+ | "
              "[https://t library/x]+ | https://registry-1.docker.io library/x+"},
        {"x@" DIGEST, "[http://m:1 hub/library/x]+ | [https://m:1 hub/library/x]+ | "
                      "[https://d library/x]+ | https://registry-1.docker.io library/x+"},
        {"old", "https://new.example old+"},
        {"older", "[http://m:1 hub/library/older]+ | [https://m:1 hub/library/older]+ | "
                  "[https://t library/older]+ | "
                  "https://registry-1.docker.io library/older+"},
        {"plain.example/x", "http://plain.example x+ | https://plain.example x+"},
        {"a.wild.example/x/y", "https://tame.example w/x/y+"},
        {"wild.example/x", "https://wild.example x+"},
        {"bad.example/a/b", "blocked by registries.conf:22:1"},
        {"bad.example/ab", "https://bad.example ab+"},
    };
    char folder[] = "/tmp/cog-registries-XXXXXX";
    struct cog_diags diags;
    json_t *registries;

    (void)state;
    assert_non_null(mkdtemp(folder));
    assert_int_equal(chdir(folder), 0);
    FILE *stream = fopen("registries.conf", "w");
    assert_non_null(stream);
    assert_true(fputs(file, stream) >= 0);
    assert_int_equal(fclose(stream), 0);
    cog_diags_init(&diags, "test");
    assert_int_equal(cog_registries_load("registries.conf", &registries, &diags), 0);
    const struct cog_site_rules rules = {.registries = registries};
    check(cases, sizeof cases / sizeof *cases, &rules);
    json_decref(registries);
    cog_diags_release(&diags);
    assert_int_equal(unlink("registries.conf") | rmdir(folder), 0);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_the_engine),
        cmocka_unit_test(by_options),
        cmocka_unit_test(by_registries_conf),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
