/* image_cache.c - a file a digest and platform. */
#include "oci/image_cache.h"

#include <string.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/doc.h"
#include "model/reference.h"
#include "oci/lock.h"

enum { MAX_RECORD = 1 << 20 };

static const char algorithm[] = "sha256:";

/* NULL when it is not a SHA-256, the only algorithm whose digests are kept. */
static char *path_of(const char *folder, const char *digest, const char *os,
                     const char *arch)
{
    if (!digest || strncmp(digest, algorithm, strlen(algorithm)) != 0 || strchr(os, '/') ||
        strchr(arch, '/'))
        return NULL;
    return cog_printf("%s/images/%s-%s-%s.json", folder, digest + strlen(algorithm), os,
                      arch);
}

/* A new reference, or NULL. */
static json_t *load(const char *path, const char *digest)
{
    struct cog_diags ignored = {0};
    size_t size;

    auto_free char *text = path ? cog_read_file(path, MAX_RECORD, &size, &ignored) : NULL;
    json_auto_t *image = text ? cog_doc_parse(text, size, path, &ignored) : NULL;
    const char *recorded = json_string_value(json_object_get(image, "digest"));
    bool usable = recorded && strcmp(recorded, digest) == 0 &&
                  json_is_object(json_object_get(image, "config")) &&
                  json_is_string(json_object_get(image, "from"));
    cog_diags_release(&ignored);
    return usable ? json_incref(image) : NULL;
}

/* What the lock has for `name`; NULL when the name itself has another digest. */
static const char *digest_of(const char *name, const json_t *lock, const char *platform)
{
    const char *known = cog_lock_digest(lock, name, platform);
    struct cog_reference reference;
    const char *reason;

    if (!known || cog_reference_parse(&reference, name, &reason) < 0)
        return NULL;
    if (reference.digest && strcmp(reference.digest, known) != 0)
        known = NULL;
    cog_reference_release(&reference);
    return known;
}

json_t *cog_image_cache_load(const char *folder, const json_t *names, const json_t *lock,
                             const char *os, const char *arch)
{
    auto_free char *platform = cog_printf("%s/%s", os, arch);
    json_auto_t *images = json_object();
    const char *name;
    json_t *place;

    json_object_foreach((json_t *)names, name, place) {
        const char *digest = digest_of(name, lock, platform);
        auto_free char *path = folder ? path_of(folder, digest, os, arch) : NULL;
        json_t *image = load(path, digest);
        if (!image)
            return NULL;
        json_object_set_new(images, name, image);
    }
    return json_incref(images);
}

static void make_folders(char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        (void)mkdir(path, 0700);
        *slash = '/';
    }
    (void)mkdir(path, 0700);
}

void cog_image_cache_save(const char *folder, const json_t *images, const char *os,
                          const char *arch)
{
    auto_free char *inside = cog_printf("%s/images", folder);
    struct cog_diags ignored = {0};
    const char *name;
    json_t *image;

    make_folders(inside);
    json_object_foreach((json_t *)images, name, image) {
        auto_free char *path =
            path_of(folder, json_string_value(json_object_get(image, "digest")), os, arch);
        auto_free char *text = path ? cog_doc_text(image) : NULL;
        if (path)
            (void)cog_replace_file(path, text, strlen(text), &ignored);
    }
    cog_diags_release(&ignored);
}
