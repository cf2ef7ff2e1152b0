/* lock.c - reads and writes cog.lock. */
#include "oci/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/doc.h"
#include "model/reference.h"
#include "oci/manifest.h"
#include "schema/schema.h"
#include "yaml/yaml.h"

enum {
    MAX_LOCK = 4 << 20,
    MAX_FOUND = 64 << 10, /* bytes; larger ones would make the file unfit to be read */
};

json_t *cog_lock_new(void)
{
    return json_pack("{s:s, s:{}}", "schema", "cog/lock-1", "images");
}

/* JSON is YAML, whose reader knows where each value stands. What it does not take after the
 * JSON reader has taken it is then told without its line. */
static void find_positions(struct cog_yaml *yaml, const char *text, size_t size)
{
    struct cog_diags ignored;

    cog_diags_init(&ignored, "");
    if (cog_yaml_load(yaml, text, size, "", &ignored) < 0)
        *yaml = (struct cog_yaml){0};
    cog_diags_release(&ignored);
}

static int check(const json_t *lock, const char *path, const struct cog_yaml *yaml,
                 struct cog_diags *diags)
{
    const struct cog_schema_place place = {path, yaml->positions, yaml->keys};
    const json_t *pair = json_object_get(yaml->positions, "/schema");
    const char *schema = json_string_value(json_object_get(lock, "schema"));
    struct cog_pos at = {.file = path,
                         .line = (unsigned)json_integer_value(json_array_get(pair, 0)),
                         .column = (unsigned)json_integer_value(json_array_get(pair, 1))};

    if (schema && strncmp(schema, "cog/lock-", 9) == 0 && strcmp(schema, "cog/lock-1") != 0)
        return cog_report(diags, COG_ERROR, at, "doc.schema",
                          "this is \"%s\", which another version of cog wrote; this one "
                          "reads \"cog/lock-1\"",
                          schema);
    if (cog_doc_expect(lock, "cog/lock-1", path, diags) < 0)
        return -1;
    return cog_schema_check("lock-1.json", lock, &place, diags);
}

json_t *cog_lock_load(const char *path, struct cog_diags *diags)
{
    struct cog_yaml yaml = {0};
    size_t size;

    if (access(path, F_OK) < 0 && errno == ENOENT)
        return cog_lock_new();
    auto_free char *text = cog_read_file(path, MAX_LOCK, &size, diags);
    json_auto_t *lock = text ? cog_doc_parse(text, size, path, diags) : NULL;
    if (!lock)
        return NULL;
    find_positions(&yaml, text, size);
    int result = check(lock, path, &yaml, diags);
    cog_yaml_release(&yaml);
    return result == 0 ? json_incref(lock) : NULL;
}

const char *cog_lock_digest(const json_t *lock, const char *image, const char *platform)
{
    const json_t *platforms = json_object_get(json_object_get(lock, "images"), image);

    return json_string_value(json_object_get(platforms, platform));
}

const json_t *cog_lock_found(const json_t *lock, const char *digest, const char *platform)
{
    const json_t *platforms = json_object_get(json_object_get(lock, "found"), digest);

    return json_object_get(platforms, platform);
}

/* What the lock has for `name`; NULL when the name itself has another digest. */
static const char *digest_of(const json_t *lock, const char *name, const char *platform)
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

json_t *cog_lock_images(const json_t *lock, const json_t *names, const char *os,
                        const char *arch)
{
    auto_free char *platform = cog_printf("%s/%s", os, arch);
    json_auto_t *images = json_object();
    const char *name;
    json_t *place;

    json_object_foreach((json_t *)names, name, place) {
        const char *digest = digest_of(lock, name, platform);
        const json_t *found = digest ? cog_lock_found(lock, digest, platform) : NULL;
        if (!cog_image_config_fits(json_object_get(found, "config"), os, arch))
            return NULL;
        json_t *image = json_copy((json_t *)found);
        json_object_set_new(image, "digest", json_string(digest));
        json_object_set_new(images, name, image);
    }
    return json_incref(images);
}

static json_t *member(json_t *object, const char *key)
{
    if (!json_object_get(object, key))
        json_object_set_new(object, key, json_object());
    return json_object_get(object, key);
}

static bool set_found(json_t *lock, const char *digest, const char *platform, json_t *found)
{
    if (!found || json_equal(cog_lock_found(lock, digest, platform), found))
        return false;
    auto_free char *text = cog_doc_text(found);
    if (strlen(text) > MAX_FOUND)
        return false;
    json_object_set(member(member(lock, "found"), digest), platform, found);
    return true;
}

bool cog_lock_set(json_t *lock, const char *image, const char *platform, const char *digest,
                  json_t *found)
{
    const char *before = cog_lock_digest(lock, image, platform);
    bool same = before && strcmp(before, digest) == 0;

    if (!same)
        json_object_set_new(member(member(lock, "images"), image), platform,
                            json_string(digest));
    return set_found(lock, digest, platform, found) || !same;
}

static bool merge(json_t *lock, const json_t *changes)
{
    const char *image, *platform;
    json_t *platforms, *value;
    bool changed = false;

    json_object_foreach(json_object_get(changes, "images"), image, platforms) {
        json_object_foreach(platforms, platform, value) {
            const char *digest = json_string_value(value);
            const json_t *found = cog_lock_found(changes, digest, platform);
            changed |= cog_lock_set(lock, image, platform, digest, (json_t *)found);
        }
    }
    return changed;
}

/* Removes what was found of images that no name stands for any more. */
static void prune(json_t *lock)
{
    json_auto_t *used = json_object();
    const char *key, *platform;
    json_t *all = json_object_get(lock, "found"), *value, *digest;
    void *next;

    json_object_foreach(json_object_get(lock, "images"), key, value) {
        json_object_foreach(value, platform, digest) {
            json_object_set_new(used, json_string_value(digest), json_true());
        }
    }
    json_object_foreach_safe(all, next, key, value) {
        if (!json_object_get(used, key))
            json_object_del(all, key);
    }
}

/* Builds of one project wait for each other at its folder: a file beside cog.lock would
 * have to be left there. */
int cog_lock_save(const json_t *changes, const char *path, struct cog_diags *diags)
{
    if (json_object_size(json_object_get(changes, "images")) == 0)
        return 0;
    auto_free char *copy = cog_strdup(path);
    auto_close int folder = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (folder < 0 || flock(folder, LOCK_EX) < 0)
        return cog_report(diags, COG_FAILURE, (struct cog_pos){.file = path},
                          "machine.write", "cannot lock its folder: %s", strerror(errno));
    json_auto_t *lock = cog_lock_load(path, diags);
    if (!lock || !merge(lock, changes))
        return lock ? 0 : -1;
    prune(lock);
    auto_free char *text = cog_doc_pretty(lock);
    return cog_replace_file(path, text, strlen(text), diags);
}
