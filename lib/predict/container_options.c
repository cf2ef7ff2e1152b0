/* container_options.c - reads the options of a container. */
#include "predict/container_options.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "docker/image.h"

static const struct cog_pos nowhere = {0};

struct cog_container_options cog_container_options(void)
{
    return (struct cog_container_options){
        .environment = json_array(), .hosts = json_array(), .mounts = json_array()};
}

void cog_container_options_release(struct cog_container_options *options)
{
    json_decref(options->environment);
    json_decref(options->hosts);
    json_decref(options->mounts);
    json_decref(options->command);
    json_decref(options->gpus);
    *options = (struct cog_container_options){0};
}

static int add_variable(json_t *environment, const char *value, struct cog_diags *diags)
{
    const char *here = strchr(value, '=') ? NULL : getenv(value);
    auto_free char *pair = here ? cog_printf("%s=%s", value, here) : cog_strdup(value);

    if (!strchr(value, '=') && !here)
        return 0;
    if (*pair != '=' && json_array_append_new(environment, json_string(pair)) == 0)
        return 0;
    return cog_report(diags, COG_ERROR, nowhere, "usage.option",
                      "a variable is NAME=VALUE in UTF-8, or NAME, not \"%s\"", value);
}

static int add_host(json_t *hosts, const char *value, struct cog_diags *diags)
{
    const char *colon = strchr(value, ':');

    if (colon && colon > value && colon[1] &&
        json_array_append_new(hosts, json_string(value)) == 0)
        return 0;
    return cog_report(diags, COG_ERROR, nowhere, "usage.option",
                      "--add-host takes NAME:ADDRESS, not \"%s\"", value);
}

int cog_container_option(struct cog_container_options *options, int letter,
                         const char *value, struct cog_diags *diags)
{
    json_t *mount;

    switch (letter) {
    case 'e':
        return add_variable(options->environment, value, diags);
    case COG_CONTAINER_ADD_HOST:
        return add_host(options->hosts, value, diags);
    case COG_CONTAINER_GPUS:
        json_decref(options->gpus);
        options->gpus = cog_gpus_parse(value, diags);
        return options->gpus ? 0 : -1;
    case COG_CONTAINER_MOUNT:
        mount = cog_mount_parse(value, diags);
        return mount ? json_array_append_new(options->mounts, mount) : -1;
    case COG_CONTAINER_SHM_SIZE:
        options->shm_bytes = cog_bytes_parse(value, diags);
        return options->shm_bytes > 0 ? 0 : -1;
    default:
        return 0;
    }
}

struct cog_container_wanted
cog_container_options_wanted(struct cog_container_options *options, const json_t *inspect,
                             struct cog_diags *diags)
{
    bool needed = options->gpus;

    if (!needed && cog_image_wants_gpus(inspect))
        options->gpus = cog_gpus_parse("all", diags);
    return (struct cog_container_wanted){.image = options->image,
                                         .command = options->command,
                                         .environment = options->environment,
                                         .hosts = options->hosts,
                                         .mounts = options->mounts,
                                         .gpus = options->gpus,
                                         .gpus_needed = needed,
                                         .shm_bytes = options->shm_bytes,
                                         .trusted = options->trusted};
}
