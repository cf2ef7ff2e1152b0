/* registries.c - reads registries.conf. */
#include "oci/registries.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/doc.h"
#include "oci/credentials.h"
#include "toml/toml.h"

enum { MAX_FILE = 1 << 20 };

/* A file while it is read. */
struct source {
    struct cog_toml toml;
    bool digest_only; /* mirrors are for images with a digest alone */
    struct cog_diags *diags;
};

static int refuse(const struct source *source, const json_t *node, const char *what)
{
    return cog_report(source->diags, COG_ERROR, cog_toml_at(&source->toml, node),
                      "registry.config", "%s", what);
}

/* "HOST[:PORT][/PATH]", without a scheme and a slash at the end. */
static bool is_place(const char *text)
{
    size_t size = strlen(text);

    return size > 0 && !strstr(text, "://") && *text != '/' && text[size - 1] != '/' &&
           !strpbrk(text, " \t@");
}

/* A member that is a place, or NULL; `*result` is -1 when it is something else. */
static const char *place_of(const struct source *source, const json_t *table,
                            const char *key, int *result)
{
    const json_t *node = json_object_get(table, key);
    const char *text = json_string_value(node);

    if (!node || (text && is_place(text)))
        return text;
    auto_free char *what = cog_printf(
        "\"%s\" is to be HOST[:PORT][/PATH], without https:// and a slash at the end", key);
    *result = refuse(source, node, what);
    return NULL;
}

static bool flag_of(const struct source *source, const json_t *table, const char *key,
                    int *result)
{
    const json_t *node = json_object_get(table, key);

    if (node && !json_is_boolean(node)) {
        auto_free char *what = cog_printf("\"%s\" is to be true or false", key);
        *result = refuse(source, node, what);
    }
    return json_is_true(node);
}

static int add_mirror(const struct source *source, const json_t *table, json_t *mirrors)
{
    const json_t *node = json_object_get(table, "pull-from-mirror");
    const char *pull = json_string_value(node);
    int result = 0;
    const char *location = place_of(source, table, "location", &result);
    bool insecure = flag_of(source, table, "insecure", &result);

    if (node && (!pull || (strcmp(pull, "all") != 0 && strcmp(pull, "digest-only") != 0 &&
                           strcmp(pull, "tag-only") != 0)))
        result = refuse(source, node,
                        "\"pull-from-mirror\" is to be \"all\", \"digest-only\" or "
                        "\"tag-only\"");
    if (!location && result == 0)
        result = refuse(source, table, "a mirror needs a \"location\"");
    if (result < 0)
        return -1;
    if (!pull)
        pull = source->digest_only ? "digest-only" : "all";
    return json_array_append_new(mirrors,
                                 json_pack("{s:s, s:b, s:s}", "location", location,
                                           "insecure", (int)insecure, "pull", pull));
}

/* The tables of an array of tables, which may be missing. Returns 0 or -1. */
static int each(const struct source *source, const json_t *parent, const char *key,
                int (*read)(const struct source *, const json_t *, json_t *), json_t *to)
{
    const json_t *tables = json_object_get(parent, key), *table;
    int result = 0;
    size_t index;

    json_array_foreach(tables, index, table) {
        if (json_is_object(table))
            result |= read(source, table, to);
    }
    if (!tables || (json_is_array(tables) && json_is_object(json_array_get(tables, 0))))
        return result;
    auto_free char *what = cog_printf("\"%s\" is to be a table in double brackets", key);
    return refuse(source, tables, what);
}

static bool is_wildcard(const char *prefix)
{
    return strncmp(prefix, "*.", 2) == 0;
}

static int add_rule(const struct source *source, const json_t *table, json_t *rules)
{
    json_auto_t *mirrors = json_array();
    int result = 0;
    const char *prefix = place_of(source, table, "prefix", &result);
    const char *location = place_of(source, table, "location", &result);
    bool insecure = flag_of(source, table, "insecure", &result);
    bool blocked = flag_of(source, table, "blocked", &result);
    auto_free char *at = cog_pos_text(cog_toml_at(&source->toml, table));

    if (!prefix)
        prefix = location;
    if (!prefix && result == 0)
        result = refuse(source, table, "a registry needs a \"prefix\" or a \"location\"");
    if (prefix && is_wildcard(prefix) && strchr(prefix, '/'))
        result = refuse(source, table, "a \"prefix\" with *. is a host, without a path");
    if (each(source, table, "mirror", add_mirror, mirrors) < 0 || result < 0)
        return -1;
    return json_array_append_new(
        rules, json_pack("{s:s, s:s, s:s, s:b, s:b, s:O}", "at", at, "prefix", prefix,
                         "location", location ? location : prefix, "insecure",
                         (int)insecure, "blocked", (int)blocked, "mirrors", mirrors));
}

static int read_file(const char *path, json_t *rules, struct cog_diags *diags)
{
    struct source source = {.diags = diags};
    size_t size;
    int result = 0;
    auto_free char *text = cog_read_file(path, MAX_FILE, &size, diags);

    if (!text || cog_toml_load(&source.toml, text, size, path, diags) < 0)
        return -1;
    const json_t *old = json_object_get(source.toml.value, "registries");
    source.digest_only =
        flag_of(&source, source.toml.value, "mirror-by-digest-only", &result);
    if (old)
        result = refuse(&source, old,
                        "this is version 1 of registries.conf; write [[registry]] with a "
                        "prefix, and insecure or blocked, instead");
    result |= each(&source, source.toml.value, "registry", add_rule, rules);
    cog_toml_release(&source.toml);
    return result;
}

static int is_conf(const struct dirent *entry)
{
    const char *dot = strrchr(entry->d_name, '.');

    return dot && dot != entry->d_name && strcmp(dot, ".conf") == 0;
}

int cog_registries_load(const char *path, json_t **rules, struct cog_diags *diags)
{
    auto_free char *folder = cog_printf("%s.d", path);
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, is_conf, alphasort);
    json_auto_t *found = json_array();
    int result = access(path, F_OK) == 0 ? read_file(path, found, diags) : 0;

    for (int i = 0; i < count; i++) {
        auto_free char *file = cog_printf("%s/%s", folder, entries[i]->d_name);
        result |= read_file(file, found, diags);
        free(entries[i]);
    }
    free(entries);
    *rules = result == 0 ? json_incref(found) : NULL;
    return result;
}

int cog_registries_add_mirror(json_t *mirrors, const char *option, struct cog_diags *diags)
{
    const char *equals = strchr(option, '='), *url = equals ? equals + 1 : option;
    auto_free char *registry =
        equals ? cog_strndup(option, (size_t)(equals - option)) : cog_strdup("docker.io");
    const char *rest = strstr(url, "://");
    bool known = strncmp(url, "https://", 8) == 0 || strncmp(url, "http://", 7) == 0;

    if (!is_place(registry) || strchr(registry, '/') || !known || !is_place(rest + 3))
        return cog_report(diags, COG_ERROR, (struct cog_pos){0}, "usage.option",
                          "--registry-mirror takes URL or REGISTRY=URL, such as "
                          "ghcr.io=https://mirror.example, not \"%s\"",
                          option);
    const char *name = cog_is_docker_hub(registry) ? "docker.io" : registry;
    return json_array_append_new(mirrors,
                                 json_pack("{s:s, s:s}", "registry", name, "url", url));
}

/* Whether the rule is for the image: its prefix ends where a part of the name does. */
static bool fits(const char *prefix, const char *name)
{
    size_t size = strlen(prefix), host = strcspn(name, "/");

    if (is_wildcard(prefix)) {
        size_t suffix = size - 1; /* ".example.com" */
        return host > suffix && strncmp(name + host - suffix, prefix + 1, suffix) == 0;
    }
    return strncmp(name, prefix, size) == 0 && (name[size] == '/' || !name[size]);
}

const json_t *cog_registries_find(const json_t *rules, const char *name)
{
    const json_t *rule, *found = NULL;
    size_t index, longest = 0;

    json_array_foreach(rules, index, rule) {
        const char *prefix = json_string_value(json_object_get(rule, "prefix"));
        if (!fits(prefix, name) || strlen(prefix) < longest)
            continue;
        longest = strlen(prefix);
        found = rule;
    }
    return found;
}

char *cog_registries_rewrite(const char *name, const char *prefix, const char *location)
{
    if (!is_wildcard(prefix))
        return cog_printf("%s%s", location, name + strlen(prefix));
    if (is_wildcard(location)) /* the rule's own: it moves nothing */
        return cog_strdup(name);
    return cog_printf("%s%s", location, name + strcspn(name, "/"));
}
