/* resolution.h - which accelerator an image is for, the versions that go with it, and the
 * image to begin with.
 *
 * A pure function of a project's facts and the tables. */
#ifndef COG_VERSIONS_RESOLUTION_H
#define COG_VERSIONS_RESOLUTION_H

#include "model/project.h"
#include "versions/catalog.h"

enum cog_choice_kind {
    COG_CHOICE_ACCELERATOR,  /* "cpu", "cu124", or "cuda" of a version that is not known */
    COG_CHOICE_CUDA,         /* "12.4", or "12" when wheels tell no more */
    COG_CHOICE_CUDNN,        /* "8.9" */
    COG_CHOICE_DRIVER,       /* the oldest Linux driver that will do */
    COG_CHOICE_LIKE,         /* the row of a table that stands for an unclear torch */
    COG_CHOICE_TORCH_INDEX,  /* a package index for pip besides its own */
    COG_CHOICE_TENSORFLOW,   /* a requirement for pip besides the project's */
    COG_CHOICE_SYSTEM_IMAGE, /* the image that would have CUDA, which wheels bring */
    COG_CHOICE_COUNT,
};

/* `value` NULL: there was nothing to choose. */
struct cog_choice {
    char *value;
    const char *rule; /* static, or borrowed from the project */
    struct cog_pos at;
    json_t *rejected; /* array of {value, rule, at}, or NULL */
};

/* Which versions of Python a package has wheels for; both strings are the resolution's.
 * `firm`: they come from the package index alone, whose wheels the tables know. */
struct cog_wheels {
    bool firm;
    char *specifier; /* ">=3.8,<3.12" */
    char *package;   /* "torch 2.0.1" */
    struct cog_pos at;
};

/* Which versions of Python images have; the strings are the resolution's. */
struct cog_held {
    char *image;        /* whose they are, in words; NULL: any will do */
    char *pythons;      /* "3.10 or 3.12" */
    char *specifier;    /* the same by PEP 440 */
    const char *single; /* `pythons`, if it is one; NULL: there are more */
    char *instead;      /* what to take where Python is to be another one, or NULL */
    struct cog_pos at;
};

/* What takes CUDA from the image. */
struct cog_system {
    const char *subject; /* NULL: nothing does */
    struct cog_pos at;
    struct cog_base_need need;
    const char *instead;  /* what needs no such image, for messages */
    const char *compiled; /* what is compiled with CUDA; NULL: nothing */
    struct cog_pos compiled_at;
    bool compiled_in_run; /* by a command of build.run, in the image that is exported */
};

/* The compiler of CUDA in an image that has none. */
struct cog_toolkit {
    const char *subject; /* what compiles; NULL: nothing does */
    struct cog_pos at;
    bool runs;   /* a command of build.run compiles, in the image that is exported */
    char *image; /* that has the compiler; NULL: none is taken from another image */
    char *cuda;  /* its version, as "12.1.1" */
};

/* CUDA as packages of NVIDIA's repository, in an image of Debian's. */
struct cog_repository {
    const char *subject; /* what takes CUDA from the system; NULL: nothing does */
    struct cog_pos at;
    char *image;        /* that knows the repository */
    char *cuda;         /* its version, as "12.1.1" */
    const char *cudnn;  /* "9", "" for any; NULL: none */
    char *instead_of;   /* the image that has both, and another Python */
    const char *wheels; /* what needs none of it, or NULL */
};

struct cog_resolution {
    bool gpu;
    struct cog_choice choices[COG_CHOICE_COUNT];
    struct cog_wheels pythons[2]; /* of the frameworks */
    size_t python_count;
    struct cog_held held;
    struct cog_system system;
    struct cog_toolkit toolkit;
    struct cog_repository repository;
    const char *suite_package; /* what made system.need.suite be set; NULL: it is not */
    struct cog_pos suite_at;
    json_t *texts;                 /* array of what members borrow */
    struct cog_base base;          /* the user's; its name is NULL when one is chosen */
    const struct cog_tables *data; /* the tables, borrowed */
};

/* The key of a choice's decision: "accelerator", "cuda.driver"…; static. NULL: it is told
 * with another. */
const char *cog_choice_key(enum cog_choice_kind kind);

/* `given` is the image that the user names; NULL: none. Returns 0, or -1 after plan.base,
 * plan.cuda-conflict, plan.framework-version, plan.torch-versions, plan.unsupported.
 * Warnings: plan.accelerator, plan.cuda-build, plan.cuda-unused, plan.tensorflow,
 * plan.torch-build, plan.version. */
int cog_resolve(struct cog_resolution *resolution, const struct cog_project *project,
                const struct cog_base *given, const struct cog_tables *data,
                struct cog_diags *diags);
void cog_resolution_release(struct cog_resolution *resolution);

/* Reads "IMAGE,python=3.11,cuda=12.4" (the names are those of the table's columns, but
 * image and use); what is not said stays NULL. Returns 0, or -1 after usage.option; `base`
 * is to be released in any case. */
int cog_base_parse(struct cog_base *base, const char *option, struct cog_diags *diags);

/* The image to begin with, for that Python; false: there is none, as cog_resolve() told. */
bool cog_resolution_base(const struct cog_resolution *resolution, const char *python,
                         struct cog_base *base);

#endif
