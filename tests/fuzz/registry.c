/* registry.c - fuzzes what a registry or a Docker Engine answers: a challenge on the first
 * line, a token server's URL on the second, then a manifest, an index, a configuration or a
 * description of an image. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "docker/transfer_report.h"
#include "oci/challenge.h"
#include "oci/manifest.h"
#include "oci/realm.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void drop(void *data, const json_t *report)
{
    (void)data, (void)report;
}

/* Cuts the first line off; the caller frees it. */
static char *line(const uint8_t **bytes, size_t *size)
{
    const uint8_t *newline = memchr(*bytes, '\n', *size);
    size_t length = newline ? (size_t)(newline - *bytes) : *size;
    char *text = cog_strndup((const char *)*bytes, length);

    length += newline != NULL;
    *bytes += length;
    *size -= length;
    return text;
}

static void read_document(const json_t *document)
{
    struct cog_reference name;
    const char *reason;

    if (cog_manifest_is_index(document))
        (void)cog_manifest_choose(document, "linux", "amd64");
    free(cog_manifest_platforms(document));
    (void)cog_manifest_config(document);
    json_auto_t *config = cog_image_config(document);
    (void)cog_image_config_fits(config, "linux", "arm64");
    if (cog_reference_parse(&name, "ghcr.io/a/b:1", &reason) == 0) {
        (void)cog_image_repository_digest(document, &name);
        cog_reference_release(&name);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    const struct cog_transfer transfer = {.name = "a/b:1", .progress = drop};
    struct cog_transfer_report report;
    json_auto_t *challenges = json_object();
    auto_free char *challenge = line(&bytes, &size), *realm = line(&bytes, &size);

    cog_challenges_add(challenges, challenge);
    (void)cog_realm_judge(realm, "ghcr.io", false, "ghcr.io=auth.example");
    (void)cog_realm_judge(realm, "10.0.0.1:5000", true, NULL);
    json_auto_t *document = json_loadb((const char *)bytes, size, JSON_DECODE_ANY, NULL);
    if (document)
        read_document(document);
    cog_transfer_report_init(&report, &transfer);
    cog_transfer_report_add(&report, (const char *)bytes, size / 2);
    cog_transfer_report_add(&report, (const char *)bytes + size / 2, size - size / 2);
    cog_transfer_report_end(&report, NULL);
    cog_transfer_report_release(&report);
    return 0;
}
