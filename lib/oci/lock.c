/* lock.c - reads and writes cog.lock. */
#include "oci/lock.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/doc.h"
#include "schema/schema.h"

enum { MAX_LOCK = 1 << 20 };

json_t *cog_lock_new(void)
{
    return json_pack("{s:s, s:{}}", "schema", "cog/lock-1", "images");
}

json_t *cog_lock_load(const char *path, struct cog_diags *diags)
{
    const struct cog_schema_place place = {.file = path};
    size_t size;

    if (access(path, F_OK) < 0 && errno == ENOENT)
        return cog_lock_new();
    auto_free char *text = cog_read_file(path, MAX_LOCK, &size, diags);
    json_auto_t *lock = text ? cog_doc_parse(text, size, path, diags) : NULL;
    if (!lock || cog_doc_expect(lock, "cog/lock-1", path, diags) < 0 ||
        cog_schema_check("lock-1.json", lock, &place, diags) < 0)
        return NULL;
    return json_incref(lock);
}

const char *cog_lock_digest(const json_t *lock, const char *image, const char *platform)
{
    const json_t *platforms = json_object_get(json_object_get(lock, "images"), image);

    return json_string_value(json_object_get(platforms, platform));
}

bool cog_lock_set(json_t *lock, const char *image, const char *platform, const char *digest)
{
    json_t *images = json_object_get(lock, "images");
    const char *before = cog_lock_digest(lock, image, platform);

    if (before && strcmp(before, digest) == 0)
        return false;
    if (!json_object_get(images, image))
        json_object_set_new(images, image, json_object());
    json_object_set_new(json_object_get(images, image), platform, json_string(digest));
    return true;
}

int cog_lock_save(const json_t *lock, const char *path, struct cog_diags *diags)
{
    auto_free char *text = cog_doc_pretty(lock);

    return cog_replace_file(path, text, strlen(text), diags);
}
