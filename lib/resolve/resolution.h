/* resolution.h - which accelerator an image is for, and the versions that go with it.
 *
 * A pure function of a project's facts and the tables. */
#ifndef COG_RESOLVE_RESOLUTION_H
#define COG_RESOLVE_RESOLUTION_H

#include "model/project.h"
#include "resolve/data.h"

enum cog_choice_kind {
    COG_CHOICE_ACCELERATOR,  /* "cpu", "cu124", or "cuda" of a version that is not known */
    COG_CHOICE_CUDA,         /* "12.4", or "12" when wheels tell no more */
    COG_CHOICE_CUDNN,        /* "8.9" */
    COG_CHOICE_DRIVER,       /* the oldest Linux driver that will do */
    COG_CHOICE_LIKE,         /* the row of a table that stands for an unclear torch */
    COG_CHOICE_TORCH_INDEX,  /* a package index for pip besides its own */
    COG_CHOICE_TENSORFLOW,   /* a requirement for pip besides the project's */
    COG_CHOICE_SYSTEM_IMAGE, /* the image that has CUDA; rejected if wheels bring it */
    COG_CHOICE_COUNT,
};

/* `value` NULL: there was nothing to choose. */
struct cog_choice {
    char *value;
    const char *rule; /* static, or borrowed from the project */
    struct cog_pos at;
    json_t *rejected; /* array of {value, rule, at}, or NULL */
};

/* Which versions of Python a package has wheels for; both strings are the resolution's. */
struct cog_wheels {
    char *specifier; /* ">=3.8,<3.12" */
    char *package;   /* "torch 2.0.1" */
    struct cog_pos at;
};

struct cog_resolution {
    bool gpu;
    struct cog_choice choices[COG_CHOICE_COUNT];
    struct cog_wheels pythons[2]; /* of the frameworks */
    size_t python_count;
    const struct cog_versions *build_packages; /* the table, borrowed */
};

/* The key of a choice's decision: "accelerator", "cuda.driver"…; static. NULL: it is told
 * with another. */
const char *cog_choice_key(enum cog_choice_kind kind);

/* Returns 0, or -1 after plan.cuda-conflict, plan.torch-build, plan.torch-version,
 * plan.torch-versions, plan.unsupported. Warnings: plan.accelerator, plan.cuda-build,
 * plan.cuda-unused, plan.tensorflow, plan.version. */
int cog_resolve(struct cog_resolution *resolution, const struct cog_project *project,
                const struct cog_data *data, struct cog_diags *diags);
void cog_resolution_release(struct cog_resolution *resolution);

#endif
