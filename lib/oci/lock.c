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
#include "schema/schema.h"
#include "yaml/yaml.h"

enum { MAX_LOCK = 1 << 20 };

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

static bool merge(json_t *lock, const json_t *changes)
{
    const char *image, *platform;
    json_t *platforms, *digest;
    bool changed = false;

    json_object_foreach(json_object_get(changes, "images"), image, platforms) {
        json_object_foreach(platforms, platform, digest) {
            changed |= cog_lock_set(lock, image, platform, json_string_value(digest));
        }
    }
    return changed;
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
    auto_free char *text = cog_doc_pretty(lock);
    return cog_replace_file(path, text, strlen(text), diags);
}
