/* credentials.c - looks a registry up in Docker's config.json. */
#include "oci/credentials.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/digest.h"
#include "base/doc.h"
#include "oci/helper.h"

enum { MAX_CONFIG = 1 << 20 };

static const char hub_server[] = "https://index.docker.io/v1/";

bool cog_is_docker_hub(const char *host)
{
    return strcmp(host, "docker.io") == 0 || strcmp(host, "index.docker.io") == 0 ||
           strcmp(host, "registry-1.docker.io") == 0;
}

/* "https://ghcr.io/v1/" -> "ghcr.io"; the caller frees it. */
static char *key_host(const char *key)
{
    const char *scheme = strstr(key, "://");
    const char *host = scheme ? scheme + 3 : key;

    return cog_strndup(host, strcspn(host, "/"));
}

/* The member of `object` for `host`: the exact name first, as the CLI does it. */
static const json_t *member_for(const json_t *object, const char *host)
{
    const char *key;
    json_t *member, *found = json_object_get(object, host);

    if (cog_is_docker_hub(host) && json_object_get(object, hub_server))
        found = json_object_get(object, hub_server);
    if (found)
        return found;
    json_object_foreach((json_t *)object, key, member) {
        auto_free char *other = key_host(key);
        if (strcmp(other, host) == 0 ||
            (cog_is_docker_hub(other) && cog_is_docker_hub(host)))
            return member;
    }
    return NULL;
}

/* "user:password" in base64. Returns 1 or -1. */
static int decode(const char *auth, char **user, char **secret)
{
    size_t size = 0;
    auto_free char *text = (char *)cog_base64_decode(auth, &size);
    char *colon = text ? strchr(text, ':') : NULL;

    if (!colon)
        return -1;
    *user = cog_strndup(text, (size_t)(colon - text));
    *secret = cog_strdup(colon + 1);
    return 1;
}

static int from_auths(const json_t *entry, const struct cog_pos at, char **user,
                      char **secret, struct cog_diags *diags)
{
    const char *token = json_string_value(json_object_get(entry, "identitytoken"));
    const char *auth = json_string_value(json_object_get(entry, "auth"));
    const char *name = json_string_value(json_object_get(entry, "username"));
    const char *password = json_string_value(json_object_get(entry, "password"));

    if ((token && *token) || (name && *name && password)) {
        bool use_token = token && *token;
        *user = cog_strdup(use_token ? "" : name);
        *secret = cog_strdup(use_token ? token : password);
        return 1;
    }
    if (!auth || !*auth)
        return 0;
    if (decode(auth, user, secret) == 1)
        return 1;
    return cog_report(diags, COG_ERROR, at, "credentials.config",
                      "an \"auth\" is not user:password in base64");
}

const char *cog_credentials_helper(const json_t *config, const char *host)
{
    const char *own =
        json_string_value(member_for(json_object_get(config, "credHelpers"), host));

    return own ? own : json_string_value(json_object_get(config, "credsStore"));
}

/* NULL, with no diagnostic, when there is no such file. */
static json_t *load(const char *path, struct cog_diags *diags)
{
    struct stat info;
    size_t size;

    if (stat(path, &info) < 0 && (errno == ENOENT || errno == ENOTDIR))
        return NULL;
    auto_free char *text = cog_read_file(path, MAX_CONFIG, &size, diags);
    if (!text)
        return NULL;
    json_error_t error;
    json_t *config = json_loadb(text, size, 0, &error);
    if (!json_is_object(config)) {
        unsigned line = !config && error.line > 0 ? (unsigned)error.line : 0;
        cog_report(diags, COG_ERROR, (struct cog_pos){.file = path, .line = line},
                   "credentials.config", "not a JSON object");
        json_decref(config);
        return NULL;
    }
    return config;
}

int cog_credentials_load(const char *path, json_t **config, struct cog_diags *diags)
{
    unsigned errors_before = diags->errors;

    *config = load(path, diags);
    return diags->errors > errors_before ? -1 : 0;
}

const char *cog_credentials_server(const char *host)
{
    return cog_is_docker_hub(host) ? hub_server : host;
}

int cog_credentials_find(const char *host, const char *config_dir, char **user,
                         char **secret, struct cog_diags *diags)
{
    if (!config_dir)
        return 0;
    auto_free char *path = cog_printf("%s/config.json", config_dir);
    json_auto_t *config = NULL;
    int loaded = cog_credentials_load(path, &config, diags);
    if (!config)
        return loaded;
    const char *helper = cog_credentials_helper(config, host);
    if (helper && *helper) {
        const char *server = cog_credentials_server(host);
        int found = cog_helper_get(helper, server, path, user, secret, diags);
        if (found != 0)
            return found;
    }
    const json_t *entry = member_for(json_object_get(config, "auths"), host);
    return from_auths(entry, (struct cog_pos){.file = path}, user, secret, diags);
}
