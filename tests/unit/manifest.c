/* manifest.c - image configs from registry and engine, platforms of an index, repository
 * digests. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "base/auto.h"
#include "oci/manifest.h"

#define SHA(digit) "sha256:" digit digit digit digit digit digit digit digit
#define A SHA("aaaaaaaa")
#define B SHA("bbbbbbbb")

static void engine_and_registry_give_the_same_config(void **state)
{
    json_auto_t *blob = json_loads(
        "{\"architecture\":\"amd64\",\"os\":\"linux\",\"created\":\"2024-01-01T00:00:00Z\","
        "\"history\":[{}],\"config\":{\"Env\":[\"A=1\"],\"Cmd\":[\"sh\"],\"Entrypoint\":"
        "null,"
        "\"OnBuild\":null},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"" A "\"]}}",
        0, NULL);
    json_auto_t *inspect = json_loads(
        "{\"Id\":\"" B "\",\"Architecture\":\"amd64\",\"Os\":\"linux\",\"Variant\":\"\","
        "\"Config\":{\"Hostname\":\"x\",\"AttachStdin\":false,\"Env\":[\"A=1\"],"
        "\"Cmd\":[\"sh\"],\"WorkingDir\":\"\",\"Labels\":null,\"Volumes\":{}},"
        "\"ContainerConfig\":{\"User\":\"u\"},"
        "\"RootFS\":{\"Type\":\"layers\",\"Layers\":[\"" A "\"]}}",
        0, NULL);
    json_auto_t *one = cog_image_config(blob), *other = cog_image_config(inspect);
    auto_free char *text = json_dumps(one, JSON_COMPACT | JSON_SORT_KEYS);

    (void)state;
    assert_true(json_equal(one, other));
    assert_string_equal(text,
                        "{\"architecture\":\"amd64\",\"config\":{\"Cmd\":[\"sh\"],"
                        "\"Env\":[\"A=1\"]},\"os\":\"linux\",\"rootfs\":{\"diff_ids\":"
                        "[\"" A "\"],\"type\":\"layers\"}}");
    assert_true(cog_image_config_fits(one, "linux", "amd64"));
    assert_false(cog_image_config_fits(one, "linux", "arm64"));
}

static void platforms_are_chosen(void **state)
{
    json_auto_t *index = json_loads(
        "{\"manifests\":[{\"digest\":\"" A "\",\"platform\":{\"os\":\"linux\","
        "\"architecture\":\"amd64\"}},{\"digest\":\"" B "\",\"platform\":{\"os\":\"linux\","
        "\"architecture\":\"arm64\",\"variant\":\"v8\"}},{\"digest\":\"../x\","
        "\"platform\":{\"os\":\"linux\",\"architecture\":\"s390x\"}},{}]}",
        0, NULL);
    auto_free char *platforms = cog_manifest_platforms(index);

    (void)state;
    assert_true(cog_manifest_is_index(index));
    assert_string_equal(cog_manifest_choose(index, "linux", "arm64"), B);
    assert_null(cog_manifest_choose(index, "linux", "s390x"));
    assert_null(cog_manifest_choose(index, "linux", "riscv64"));
    assert_string_equal(platforms, "linux/amd64, linux/arm64/v8, linux/s390x");
}

static void repository_digests_are_matched(void **state)
{
    static const struct {
        const char *name, *digest; /* NULL: none */
    } cases[] = {
        {"python:3", A},
        {"docker.io/library/python", A},
        {"localhost:5000/python", B},
        {"other", NULL},
    };
    json_auto_t *inspect = json_loads("{\"RepoDigests\":[\"<none>@<none>\",7,\"python@" A
                                      "\",\"localhost:5000/python@" B "\"]}",
                                      0, NULL);

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct cog_reference reference;
        const char *reason;
        assert_int_equal(cog_reference_parse(&reference, cases[i].name, &reason), 0);
        const char *digest = cog_image_repository_digest(inspect, &reference);
        if (cases[i].digest)
            assert_string_equal(digest, cases[i].digest);
        else
            assert_null(digest);
        cog_reference_release(&reference);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(engine_and_registry_give_the_same_config),
        cmocka_unit_test(platforms_are_chosen),
        cmocka_unit_test(repository_digests_are_matched),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
