/* container_options.h - the options of the programs that start a container. */
#ifndef COG_PREDICT_CONTAINER_OPTIONS_H
#define COG_PREDICT_CONTAINER_OPTIONS_H

#include <jansson.h>
#include <stdbool.h>

#include "base/diag.h"
#include "docker/description.h"

/* Letters of options beside 'e'. */
enum {
    COG_CONTAINER_ADD_HOST = 512,
    COG_CONTAINER_GPUS,
    COG_CONTAINER_MOUNT,
    COG_CONTAINER_SHM_SIZE,
};

struct cog_container_options {
    const char *image, *builder; /* `builder` may be NULL */
    json_t *environment;         /* array of "NAME=VALUE" */
    json_t *command;             /* NULL: the image's; set where it is another */
    json_t *hosts;               /* array of "NAME:ADDRESS" */
    json_t *mounts;              /* array of cog_mount_parse() */
    json_t *gpus;        /* of cog_gpus_parse(); NULL: as the image's label has it */
    long long shm_bytes; /* 0: the default */
    bool trusted;        /* see struct cog_container_wanted */
    bool progress;       /* the container's output goes to stderr */
};

struct cog_container_options cog_container_options(void);
void cog_container_options_release(struct cog_container_options *options);

/* Takes an option of these letters; any other does nothing. Returns 0, or -1 after
 * usage.option. */
int cog_container_option(struct cog_container_options *options, int letter,
                         const char *value, struct cog_diags *diags);

/* What to ask the engine for, borrowed from the options. Where they say nothing of GPUs,
 * the image does, which `inspect` is of. */
struct cog_container_wanted
cog_container_options_wanted(struct cog_container_options *options, const json_t *inspect,
                             struct cog_diags *diags);

#endif
