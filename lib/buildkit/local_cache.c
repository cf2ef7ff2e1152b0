/* local_cache.c - caches in folders of this machine. */
#include "buildkit/local_cache.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/digest.h"
#include "base/doc.h"

enum { MAX_INDEX = 4 << 20 };

static const char tag_key[] = "org.opencontainers.image.ref.name";

static const char *attribute(const json_t *cache, const char *key)
{
    return json_string_value(json_object_get(json_object_get(cache, "attrs"), key));
}

static bool is_local(const json_t *cache)
{
    return strcmp(json_string_value(json_object_get(cache, "type")), "local") == 0;
}

static const char *tag_of(const json_t *cache)
{
    const char *tag = attribute(cache, "tag");

    return tag ? tag : "latest";
}

static bool has_tag(const json_t *manifest, const char *tag)
{
    const char *name = json_string_value(
        json_object_get(json_object_get(manifest, "annotations"), tag_key));

    return name && strcmp(name, tag) == 0;
}

/* The folder's index.json: `*index` is a new reference, NULL when there is none. Returns 0,
 * or -1 after cache.config. */
static int load(const char *folder, json_t **index, struct cog_diags *diags)
{
    auto_free char *path = cog_printf("%s/index.json", folder);
    size_t size;

    *index = NULL;
    if (access(path, F_OK) < 0 && (errno == ENOENT || errno == ENOTDIR))
        return 0;
    auto_free char *text = cog_read_file(path, MAX_INDEX, &size, diags);
    if (!text)
        return -1;
    *index = json_loadb(text, size, 0, NULL);
    if (json_is_array(json_object_get(*index, "manifests")))
        return 0;
    json_decref(*index);
    *index = NULL;
    return cog_report(diags, COG_ERROR, (struct cog_pos){.file = path}, "cache.config",
                      "this is not the index of an OCI image layout; remove the folder to "
                      "begin with an empty cache");
}

/* Finds the digest of a cache that is to be read. Returns 1; 0 with a warning when there is
 * none; -1 after a diagnostic. */
static int find_digest(json_t *cache, struct cog_diags *diags)
{
    const char *folder = attribute(cache, "src"), *tag = tag_of(cache);
    const char *digest = attribute(cache, "digest");
    json_auto_t *index = NULL;
    const json_t *manifest;
    size_t i;

    if (digest)
        return 1;
    if (load(folder, &index, diags) < 0)
        return -1;
    json_array_foreach(json_object_get(index, "manifests"), i, manifest) {
        json_t *found = json_object_get(manifest, "digest");
        if (json_is_string(found) && has_tag(manifest, tag))
            return json_object_set(json_object_get(cache, "attrs"), "digest", found) == 0;
    }
    cog_report(diags, COG_WARNING, (struct cog_pos){.file = folder}, "cache.missing",
               "there is no cache with the tag \"%s\" yet", tag);
    return 0;
}

static void add(struct cog_store **stores, size_t *count, const char *path, bool writable)
{
    *stores = cog_realloc(*stores, *count + 1, sizeof **stores);
    (*stores)[(*count)++] = (struct cog_store){path, writable};
}

static int need(const json_t *cache, const char *key, const char *option,
                struct cog_diags *diags)
{
    const char *path = attribute(cache, key);

    if (path && *path)
        return 0;
    return cog_report(diags, COG_ERROR, (struct cog_pos){0}, "usage.option",
                      "%s: type=local needs %s=FOLDER", option, key);
}

int cog_local_caches_open(json_t *from, const json_t *to, struct cog_store **stores,
                          size_t *count, struct cog_diags *diags)
{
    const json_t *output;
    int result = 0;
    size_t index;

    *stores = NULL;
    *count = 0;
    json_array_foreach(to, index, output) {
        if (!is_local(output))
            continue;
        result |= need(output, "dest", "--cache-to", diags);
        add(stores, count, attribute(output, "dest"), true);
    }
    for (size_t i = 0; i < json_array_size(from) && result == 0;) {
        json_t *cache = json_array_get(from, i);
        int found = !is_local(cache) ? 1
                    : need(cache, "src", "--cache-from", diags) < 0
                        ? -1
                        : find_digest(cache, diags);
        if (found < 0)
            result = -1;
        if (found > 0 && is_local(cache))
            add(stores, count, attribute(cache, "src"), false);
        if (found == 0)
            (void)json_array_remove(from, i);
        else
            i++;
    }
    return result;
}

/* Puts the manifest into the index, in the place of what had its tag. */
static int enter(const char *folder, const char *tag, const json_t *manifest,
                 struct cog_diags *diags)
{
    auto_free char *path = cog_printf("%s/index.json", folder);
    auto_free char *layout = cog_printf("%s/oci-layout", folder);
    static const char version[] = "{\"imageLayoutVersion\":\"1.0.0\"}";
    json_auto_t *index = NULL, *entry = json_deep_copy(manifest);

    if (load(folder, &index, diags) < 0)
        return -1;
    if (!index)
        index = json_pack("{s:i, s:s, s:[]}", "schemaVersion", 2, "mediaType",
                          "application/vnd.oci.image.index.v1+json", "manifests");
    json_t *manifests = json_object_get(index, "manifests");
    for (size_t i = json_array_size(manifests); i-- > 0;)
        if (has_tag(json_array_get(manifests, i), tag))
            (void)json_array_remove(manifests, i);
    if (!json_object_get(entry, "annotations"))
        json_object_set_new(entry, "annotations", json_object());
    json_object_set_new(json_object_get(entry, "annotations"), tag_key, json_string(tag));
    json_array_append(manifests, entry);
    auto_free char *text = json_dumps(index, JSON_COMPACT);
    return cog_replace_file(layout, version, sizeof version - 1, diags) < 0
               ? -1
               : cog_replace_file(path, text, strlen(text), diags);
}

int cog_local_caches_finish(const json_t *to, const json_t *answer, struct cog_diags *diags)
{
    const char *text = json_string_value(json_object_get(answer, "cache.manifest"));
    json_auto_t *manifest = text ? json_loads(text, 0, NULL) : NULL;
    const json_t *cache;
    int result = 0;
    size_t index;

    json_array_foreach(to, index, cache) {
        if (json_is_object(manifest) && is_local(cache))
            result |= enter(attribute(cache, "dest"), tag_of(cache), manifest, diags);
    }
    return result;
}
