/* facts.c - what follows from a lock: frameworks, accelerators. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the above */
#include <cmocka.h>
#include <string.h>

#include "base/auto.h"
#include "detect/detect.h"

static const char lock[] =
    "{\"requirements\": [{\"name\": \"torch\", \"specifier\": \">=2\", \"extras\": [], "
    "\"origin\": {"
    "\"file\": \"pyproject.toml\", \"line\": 3}}],"
    " \"indexes\": [{\"url\": \"https://example.com/whl/cu126\", \"origin\": {\"file\": "
    "\"pyproject.toml\"}}],"
    " \"lock\": {\"roots\": [{\"name\": \"torch\"}, {\"name\": \"jax\"}], \"packages\": ["
    "  {\"name\": \"torch\", \"version\": \"2.4.1+cpu\", \"origin\": {\"file\": "
    "\"uv.lock\", \"line\": 9}},"
    "  {\"name\": \"torch\", \"version\": \"2.4.1+cu124\", \"index\": "
    "\"https://example.com/whl/cu124\","
    "   \"origin\": {\"file\": \"uv.lock\", \"line\": 20}},"
    "  {\"name\": \"torchvision\", \"version\": \"0.19.1\", \"origin\": {\"file\": "
    "\"uv.lock\", \"line\": 30}},"
    "  {\"name\": \"jax\", \"version\": \"0.4.30\", \"origin\": {\"file\": \"uv.lock\", "
    "\"line\": 35}},"
    "  {\"name\": \"jaxlib\", \"version\": null, \"origin\": {\"file\": \"uv.lock\", "
    "\"line\": 36}},"
    "  {\"name\": \"triton\", \"version\": \"3.0.0\", \"origin\": {\"file\": \"uv.lock\", "
    "\"line\": 37}},"
    "  {\"name\": \"triton\", \"version\": \"3.1.0\", \"origin\": {\"file\": \"uv.lock\", "
    "\"line\": 38}},"
    "  {\"name\": \"nvidia-cudnn-cu12\", \"version\": \"9\", \"origin\": {\"file\": "
    "\"uv.lock\", \"line\": 40}},"
    "  {\"name\": \"nvidia-nccl-cu12\", \"version\": \"2\", \"origin\": {\"file\": "
    "\"uv.lock\", \"line\": 41}},"
    "  {\"name\": \"pydub\", \"version\": \"0.25.1\", \"origin\": {\"file\": \"uv.lock\", "
    "\"line\": 50}},"
    "  {\"name\": \"mine\", \"version\": \"1\", \"url\": \"git+https://example.com/a@b\","
    "   \"origin\": {\"file\": \"uv.lock\", \"line\": 60}}]}}";

/* Runs the detector over the facts above; returns the facts. */
static json_t *detect(int (*detector)(const struct cog_scan *scan))
{
    static const struct cog_config config;
    struct cog_diags diags;
    json_t *facts = json_loads(lock, 0, NULL);
    struct cog_toml_file *tables = NULL;
    const struct cog_scan scan = {".", &config, facts, &diags, &tables};

    cog_diags_init(&diags, "test");
    assert_non_null(facts);
    assert_int_equal(detector(&scan), 0);
    cog_toml_files_release(tables);
    cog_diags_release(&diags);
    return facts;
}

static void expect(json_t *facts, const char *fact, const char *expected)
{
    auto_free char *text =
        json_dumps(json_object_get(facts, fact), JSON_COMPACT | JSON_SORT_KEYS);

    assert_string_equal(text, expected);
    json_decref(facts);
}

static void takes_versions_from_the_lock(void **state)
{
    (void)state;
    expect(
        detect(cog_detect_frameworks), "frameworks",
        "{\"jax\":{\"direct\":true,\"origin\":{\"file\":\"uv.lock\",\"line\":35},"
        "\"specifier\":\"\",\"version\":\"0.4.30\"},"
        "\"jaxlib\":{\"direct\":false,\"origin\":{\"file\":\"uv.lock\",\"line\":36},"
        "\"specifier\":\"\",\"version\":null},"
        "\"torch\":{\"direct\":true,\"origin\":{\"file\":\"pyproject.toml\",\"line\":3},"
        "\"specifier\":\">=2\",\"version\":\"2.4.1\"},"
        "\"torchvision\":{\"direct\":false,\"origin\":{\"file\":\"uv.lock\",\"line\":30},"
        "\"specifier\":\"\",\"version\":\"0.19.1\"},"
        "\"triton\":{\"direct\":false,\"origin\":{\"file\":\"uv.lock\",\"line\":37},"
        "\"specifier\":\"\",\"version\":null}}");
}

static void orders_the_evidence_by_its_weight(void **state)
{
    (void)state;
    expect(detect(cog_detect_accelerators), "accelerators",
           "[{\"accelerator\":\"cpu\",\"origin\":{\"file\":\"uv.lock\",\"line\":9},"
           "\"rule\":\"accelerator.local-version\",\"subject\":\"torch==2.4.1+cpu\"},"
           "{\"accelerator\":\"cu124\",\"origin\":{\"file\":\"uv.lock\",\"line\":20},"
           "\"rule\":\"accelerator.local-version\",\"subject\":\"torch==2.4.1+cu124\"},"
           "{\"accelerator\":\"cu124\",\"origin\":{\"file\":\"uv.lock\",\"line\":20},"
           "\"rule\":\"accelerator.index\",\"subject\":\"https://example.com/whl/cu124\"},"
           "{\"accelerator\":\"cu126\",\"origin\":{\"file\":\"pyproject.toml\"},"
           "\"rule\":\"accelerator.index\",\"subject\":\"https://example.com/whl/cu126\"},"
           "{\"accelerator\":\"cu12\",\"origin\":{\"file\":\"uv.lock\",\"line\":40},"
           "\"rule\":\"accelerator.package\",\"subject\":\"nvidia-cudnn-cu12\"}]");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_versions_from_the_lock),
        cmocka_unit_test(orders_the_evidence_by_its_weight),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
