/* description.h - what the Engine API is told of a container that is to be created. */
#ifndef COG_DOCKER_DESCRIPTION_H
#define COG_DOCKER_DESCRIPTION_H

#include <jansson.h>
#include <stdbool.h>

#include "base/diag.h"

/* All borrowed; NULL, 0 and false where the default will do. */
struct cog_container_wanted {
    const char *image;
    const json_t *command;     /* array of words; NULL: the image's */
    const json_t *environment; /* array of "NAME=VALUE" */
    const json_t *hosts;       /* array of "NAME:ADDRESS": names that it knows */
    const json_t *mounts;      /* array of cog_mount_parse() */
    const json_t *gpus;        /* of cog_gpus_parse() */
    bool gpus_needed;          /* do not go on without them where there is no driver */
    long long shm_bytes;       /* of /dev/shm; 0: 6 GiB, as Cog: data loaders need it */
    bool trusted;              /* what docker run gives; else few capabilities */
};

/* The body of POST /containers/create for it, a new reference, to which callers may add. It
 * names this process as its owner (owner.h), so cog_owner_sweep() removes it should the
 * process be killed. Unless `trusted`, the container gains no privileges, has of root's
 * capabilities those that concern the owners of files, and at most 8192 tasks. */
json_t *cog_container_describe(const struct cog_container_wanted *wanted);

/* "all", a number, or "device=ID,ID" as an element of DeviceRequests, a new reference; NULL
 * after usage.option. */
json_t *cog_gpus_parse(const char *text, struct cog_diags *diags);

/* "src=DIR,dst=/DIR[,readonly]" as an element of Mounts, a new reference: a bind mount, a
 * relative source taken from the current folder. NULL after usage.option. */
json_t *cog_mount_parse(const char *text, struct cog_diags *diags);

/* "512m", "6g", a number of bytes. -1 after usage.option. */
long long cog_bytes_parse(const char *text, struct cog_diags *diags);

#endif
