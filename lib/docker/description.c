/* description.c - describes containers to the engine. */
#include "docker/description.h"

#include <ctype.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "docker/owner.h"

enum { MAX_TASKS = 8192 }; /* data loaders and thread pools of large machines need some */

static const long long default_shm = 6LL << 30;
static const struct cog_pos nowhere = {0};

static void restrict_privileges(json_t *host)
{
    json_object_set_new(host, "CapDrop", json_pack("[s]", "ALL"));
    json_object_set_new(host, "CapAdd",
                        json_pack("[s, s, s]", "CHOWN", "DAC_OVERRIDE", "FOWNER"));
    json_object_set_new(host, "SecurityOpt", json_pack("[s]", "no-new-privileges"));
    json_object_set_new(host, "PidsLimit", json_integer(MAX_TASKS));
}

json_t *cog_container_describe(const struct cog_container_wanted *wanted)
{
    json_t *body = json_pack("{s:s}", "Image", wanted->image), *host = json_object();
    auto_free char *owner = cog_owner_name();

    if (wanted->command)
        json_object_set(body, "Cmd", (json_t *)wanted->command);
    if (wanted->environment)
        json_object_set(body, "Env", (json_t *)wanted->environment);
    if (owner)
        json_object_set_new(body, "Labels", json_pack("{s:s}", cog_owner_label, owner));
    if (wanted->hosts)
        json_object_set(host, "ExtraHosts", (json_t *)wanted->hosts);
    if (wanted->mounts)
        json_object_set(host, "Mounts", (json_t *)wanted->mounts);
    if (wanted->gpus)
        json_object_set_new(host, "DeviceRequests", json_pack("[O]", wanted->gpus));
    json_object_set_new(host, "ShmSize",
                        json_integer(wanted->shm_bytes ? wanted->shm_bytes : default_shm));
    if (!wanted->trusted)
        restrict_privileges(host);
    json_object_set_new(body, "HostConfig", host);
    return body;
}

static json_t *gpus(json_t *ids, json_int_t count)
{
    json_t *request = json_pack("{s:[[s]]}", "Capabilities", "gpu");

    if (ids)
        json_object_set_new(request, "DeviceIDs", ids);
    else
        json_object_set_new(request, "Count", json_integer(count));
    return request;
}

json_t *cog_gpus_parse(const char *text, struct cog_diags *diags)
{
    static const char devices[] = "device=";
    size_t digits = strspn(text, "0123456789");

    if (strcmp(text, "all") == 0)
        return gpus(NULL, -1);
    if (digits > 0 && digits < 5 && !text[digits])
        return gpus(NULL, strtol(text, NULL, 10));
    if (strncmp(text, devices, sizeof devices - 1) == 0 && text[sizeof devices - 1]) {
        json_t *ids = json_array();
        auto_free char *list = cog_strdup(text + sizeof devices - 1);
        for (char *id = list, *next; id; id = next) {
            next = strchr(id, ',');
            if (next)
                *next++ = '\0';
            json_array_append_new(ids, json_string(id));
        }
        return gpus(ids, 0);
    }
    cog_report(diags, COG_ERROR, nowhere, "usage.option",
               "--gpus takes \"all\", a number or device=ID,ID, not \"%s\"", text);
    return NULL;
}

static char *absolute(const char *path)
{
    char here[PATH_MAX];

    if (*path == '/' || !getcwd(here, sizeof here))
        return cog_strdup(path);
    return strcmp(path, ".") == 0 ? cog_strdup(here) : cog_printf("%s/%s", here, path);
}

/* Takes NAME=VALUE, or `readonly`; false: it is none. */
static bool take_part(json_t *mount, const char *part)
{
    const char *equals = strchr(part, '=');
    auto_free char *name = cog_strndup(part, strcspn(part, "="));
    const char *value = equals ? equals + 1 : NULL;

    if (strcmp(name, "readonly") == 0 || strcmp(name, "ro") == 0)
        return json_object_set_new(mount, "ReadOnly", json_true()) == 0 && !value;
    if (!value || !*value)
        return false;
    if (strcmp(name, "type") == 0)
        return strcmp(value, "bind") == 0;
    if (strcmp(name, "src") == 0 || strcmp(name, "source") == 0) {
        auto_free char *path = absolute(value);
        return json_object_set_new(mount, "Source", json_string(path)) == 0;
    }
    return (strcmp(name, "dst") == 0 || strcmp(name, "target") == 0) && *value == '/' &&
           json_object_set_new(mount, "Target", json_string(value)) == 0;
}

json_t *cog_mount_parse(const char *text, struct cog_diags *diags)
{
    json_t *mount = json_pack("{s:s}", "Type", "bind");
    auto_free char *parts = cog_strdup(text);
    bool valid = true;

    for (char *part = parts, *next; part; part = next) {
        next = strchr(part, ',');
        if (next)
            *next++ = '\0';
        valid = valid && take_part(mount, part);
    }
    if (valid && json_object_get(mount, "Source") && json_object_get(mount, "Target"))
        return mount;
    json_decref(mount);
    cog_report(diags, COG_ERROR, nowhere, "usage.option",
               "--mount takes src=DIR,dst=/DIR[,readonly], not \"%s\"", text);
    return NULL;
}

long long cog_bytes_parse(const char *text, struct cog_diags *diags)
{
    static const char units[] = "bkmgt";
    size_t digits = strspn(text, "0123456789");
    const char *unit =
        text[digits] ? strchr(units, tolower((unsigned char)text[digits])) : units;
    bool fits = digits > 0 && digits < 6 + 7 * (unit == units);

    if (fits && unit && (!text[digits] || !text[digits + 1])) {
        long long bytes = strtoll(text, NULL, 10) << 10 * (unit - units);
        if (bytes > 0)
            return bytes;
    }
    return cog_report(diags, COG_ERROR, nowhere, "usage.option",
                      "--shm-size takes bytes, or a number with k, m or g, not \"%s\"",
                      text);
}
