/* manifest.c - reads manifests, indexes and image configs. */
#include "oci/manifest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/digest.h"
#include "base/text.h"
#include "model/reference.h"

const char *const cog_manifest_accept =
    "Accept: application/vnd.oci.image.index.v1+json, "
    "application/vnd.docker.distribution.manifest.list.v2+json, "
    "application/vnd.oci.image.manifest.v1+json, "
    "application/vnd.docker.distribution.manifest.v2+json";

static const char *text_member(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));

    return text ? text : "";
}

static const char *digest_member(const json_t *descriptor)
{
    const char *digest = json_string_value(json_object_get(descriptor, "digest"));

    return digest && cog_is_digest(digest) ? digest : NULL;
}

bool cog_manifest_is_index(const json_t *manifest)
{
    return json_is_array(json_object_get(manifest, "manifests"));
}

/* BuildKit's docs/attestations/attestation-storage.md: their platform is unknown/unknown,
 * and they say what they are. */
static bool is_image(const json_t *descriptor)
{
    const json_t *annotations = json_object_get(descriptor, "annotations");
    const json_t *platform = json_object_get(descriptor, "platform");

    return !json_object_get(annotations, "vnd.docker.reference.type") &&
           *text_member(platform, "os") &&
           strcmp(text_member(platform, "os"), "unknown") != 0;
}

const char *cog_manifest_choose(const json_t *index, const char *os, const char *arch)
{
    size_t i;
    json_t *descriptor;

    json_array_foreach(json_object_get(index, "manifests"), i, descriptor) {
        const json_t *platform = json_object_get(descriptor, "platform");
        if (is_image(descriptor) && strcmp(text_member(platform, "os"), os) == 0 &&
            strcmp(text_member(platform, "architecture"), arch) == 0)
            return digest_member(descriptor);
    }
    return NULL;
}

char *cog_manifest_platforms(const json_t *index)
{
    size_t i, size, count = 0;
    json_t *descriptor;
    char *list;
    FILE *stream = cog_text_open(&list, &size);
    json_array_foreach(json_object_get(index, "manifests"), i, descriptor) {
        const json_t *platform = json_object_get(descriptor, "platform");
        const char *variant = text_member(platform, "variant");
        if (is_image(descriptor))
            (void)fprintf(
                stream, "%s%s/%s%s%s", count++ ? ", " : "", text_member(platform, "os"),
                text_member(platform, "architecture"), *variant ? "/" : "", variant);
    }
    if (!count)
        (void)fputs("no platform", stream);
    cog_text_close(stream, &list);
    return list;
}

const char *cog_manifest_config(const json_t *manifest)
{
    return digest_member(json_object_get(manifest, "config"));
}

static bool is_empty(const json_t *value)
{
    return !value || json_is_null(value) || json_is_false(value) ||
           (json_is_string(value) && !*json_string_value(value)) ||
           (json_is_object(value) && json_object_size(value) == 0) ||
           (json_is_array(value) && json_array_size(value) == 0);
}

static void copy(json_t *to, const char *name, json_t *value)
{
    if (!is_empty(value))
        json_object_set(to, name, value);
}

/* The members of the OCI image-spec's config.md, and Docker's Healthcheck, OnBuild and
 * Shell; the rest of Docker's describes a container that once ran. */
static json_t *runtime_config(const json_t *from)
{
    static const char *const names[] = {
        "User",       "ExposedPorts", "Env",        "Entrypoint",  "Cmd",     "Volumes",
        "WorkingDir", "Labels",       "StopSignal", "Healthcheck", "OnBuild", "Shell",
    };
    json_t *config = json_object();

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        copy(config, names[i], json_object_get(from, names[i]));
    return config;
}

static void copy_either(json_t *to, const char *name, const json_t *from,
                        const char *docker)
{
    json_t *value = json_object_get(from, name);

    copy(to, name, value ? value : json_object_get(from, docker));
}

json_t *cog_image_config(const json_t *from)
{
    json_t *config = json_object();
    const json_t *runtime = json_object_get(from, "config");
    json_t *rootfs = json_object_get(from, "rootfs");
    json_t *layers = json_object_get(json_object_get(from, "RootFS"), "Layers");

    copy_either(config, "os", from, "Os");
    copy_either(config, "architecture", from, "Architecture");
    copy_either(config, "variant", from, "Variant");
    if (!runtime)
        runtime = json_object_get(from, "Config");
    json_object_set_new(config, "config", runtime_config(runtime));
    if (rootfs)
        json_object_set(config, "rootfs", rootfs);
    else
        json_object_set_new(config, "rootfs",
                            json_pack("{s:s,s:O*}", "type", "layers", "diff_ids", layers));
    return config;
}

bool cog_image_config_fits(const json_t *config, const char *os, const char *arch)
{
    return strcmp(text_member(config, "os"), os) == 0 &&
           strcmp(text_member(config, "architecture"), arch) == 0;
}

const char *cog_image_repository_digest(const json_t *inspect,
                                        const struct cog_reference *reference)
{
    size_t index;
    json_t *item;

    json_array_foreach(json_object_get(inspect, "RepoDigests"), index, item) {
        struct cog_reference other;
        const char *reason, *text = json_string_value(item);
        if (!text || cog_reference_parse(&other, text, &reason) < 0)
            continue;
        bool same = other.digest && strcmp(other.domain, reference->domain) == 0 &&
                    strcmp(other.path, reference->path) == 0;
        cog_reference_release(&other);
        if (same)
            return strchr(text, '@') + 1;
    }
    return NULL;
}
