/* plan.h - the document cog/plan-1 as the struct that validating and lowering read.
 *
 * Every string and json_t is borrowed from `doc`. NULL, or an empty list: not set. */
#ifndef COG_MODEL_PLAN_H
#define COG_MODEL_PLAN_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"

enum cog_input_kind {
    COG_INPUT_IMAGE,
    COG_INPUT_STAGE,
    COG_INPUT_LOCAL,
    COG_INPUT_URL,
    COG_INPUT_GIT,
    COG_INPUT_SCRATCH,
};

struct cog_plan_input {
    enum cog_input_kind kind;
    const char *name; /* the image, stage, context, URL or repository */
    size_t stage;     /* the index of the stage `name`; behind the last: there is none */

    union {
        struct {
            const char *checksum, *filename;
            int mode; /* -1: not set */
        } url;
        struct {
            const char *ref, *subdir;
            const char *known_hosts; /* exactly with ssh */
            bool keep_dir;           /* .git */
        } git;
    };
};

enum cog_mount_type {
    COG_MOUNT_BIND,
    COG_MOUNT_CACHE,
    COG_MOUNT_SECRET,
    COG_MOUNT_SSH,
    COG_MOUNT_TMPFS,
};

enum cog_sharing {
    COG_SHARING_SHARED,
    COG_SHARING_PRIVATE,
    COG_SHARING_LOCKED,
};

struct cog_plan_mount {
    enum cog_mount_type type;
    enum cog_sharing sharing;
    struct cog_plan_input from;     /* bind, cache; COG_INPUT_SCRATCH: nothing */
    const char *target, *path, *id; /* target: NULL with env */
    const char *env;                /* secret: the variable that it becomes */
    bool readonly, required;
    unsigned mode; /* secret, ssh */
    size_t size;   /* tmpfs, bytes; 0: no limit */
};

enum cog_operation_kind {
    COG_OP_EXEC,
    COG_OP_COPY,
    COG_OP_MKDIR,
    COG_OP_MKFILE,
    COG_OP_REMOVE,
    COG_OP_SYMLINK,
    COG_OP_ENV,
};

enum cog_network {
    COG_NETWORK_DEFAULT,
    COG_NETWORK_HOST,
    COG_NETWORK_NONE,
};

struct cog_plan_exec {
    const json_t *argv; /* array, or NULL and then `shell` */
    const char *shell;
    const json_t *env, *hosts; /* object; array of {host, ip} */
    const char *dir, *user;
    enum cog_network network;
    struct cog_plan_mount *mounts;
    size_t mount_count;
};

struct cog_plan_copy {
    struct cog_plan_input from;
    const json_t *src, *include, *exclude;
    const char *dest, *chown;
    bool contents, follow, allow_empty, link, wildcard;
    int mode;            /* -1: not set */
    json_int_t modified; /* seconds since 1970; -1: not set */
};

/* What is made or removed at a path. */
struct cog_plan_file {
    const char *path, *chown;
    const char *text;    /* mkfile */
    const char *target;  /* symlink */
    bool parents;        /* mkdir */
    bool wildcard;       /* remove */
    int mode;            /* mkdir, mkfile; -1: not set */
    json_int_t modified; /* but for remove: seconds since 1970; -1: not set */
};

struct cog_plan_operation {
    enum cog_operation_kind kind;
    const char *title; /* instead of the operation in words */
    const json_t *why; /* array of {rule, at, subject} */
    union {
        struct cog_plan_exec exec;
        struct cog_plan_copy copy;
        struct cog_plan_file file; /* mkdir, mkfile, remove, symlink */
        const json_t *env;         /* object */
    };
};

struct cog_plan_stage {
    const char *id, *phase, *dir, *user;
    struct cog_plan_input source;
    const json_t *env;
    const json_t *holds; /* versions by name: what the image of `source` is taken to have */
    struct cog_plan_operation *operations;
    size_t operation_count;
};

struct cog_plan {
    json_t *doc;
    const char *os, *arch;
    struct cog_plan_stage *stages;
    size_t stage_count;
    const json_t *contexts, *images; /* objects by name */
    const char *export_stage;
    const json_t *tags, *image, *labels, *label_files;
};

/* Reads a document: checks it against its schema, then what the structs rely on
 * (plan.input: an input is exactly one kind, plan.exec: argv or shell, plan.mount; inputs
 * and mounts have the members that their kind needs, and none of another's). Returns 0, or
 * -1 after all diagnostics. */
int cog_plan_load(struct cog_plan *plan, json_t *doc, struct cog_diags *diags);

/* The same for a document that fits its schema, and the plan is there to be released also
 * after -1, so that more can be said about it. What is missing is then NULL. */
int cog_plan_fill(struct cog_plan *plan, json_t *doc, struct cog_diags *diags);
void cog_plan_release(struct cog_plan *plan);

/* The index of the stage `id` among the first `limit` ones, or `limit`. */
size_t cog_plan_find(const struct cog_plan *plan, const char *id, size_t limit);

/* Called for an input of the stage with that index, with a JSON Pointer to it. */
typedef void cog_plan_visit(void *context, const struct cog_plan_input *input, size_t stage,
                            const char *pointer);

/* Visits every input of a stage, or of all stages. */
void cog_plan_stage_inputs(const struct cog_plan *plan, size_t stage, cog_plan_visit *visit,
                           void *context);
void cog_plan_inputs(const struct cog_plan *plan, cog_plan_visit *visit, void *context);

#endif
