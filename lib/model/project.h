/* project.h - the document cog/project-1 as the struct that blocks read. */
#ifndef COG_MODEL_PROJECT_H
#define COG_MODEL_PROJECT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "model/config.h"

/* One requirement of a Python package, or with `constraint` a limit on one. */
struct cog_package {
    const char *name;      /* NULL: a file or folder whose name does not tell */
    const char *text;      /* what pip reads */
    const char *specifier; /* "" when any version will do; NULL: of a lock */
    const char *marker;    /* NULL: it is needed everywhere */
    const char *url;       /* or NULL */
    const char *path;      /* a file or folder of the project, or NULL */
    const json_t *extras;  /* array of names */
    const json_t *hashes;  /* array of "sha256:…" */
    const json_t *options; /* array of "--config-settings=…", or NULL */
    bool constraint;
    bool built; /* a lock knows no wheel of it */
    struct cog_pos at;
};

/* A line that has a place: a pip option. */
struct cog_line {
    const char *text;
    const char *path; /* of a --find-links of the project, or NULL */
    struct cog_pos at;
};

/* What a command of build.run, or one that the project's Python starts, installs. */
struct cog_install {
    const char *by;        /* "pip", "apt", "clone", or "setup": of the current folder */
    const char *text;      /* a requirement, a Debian package, a URL, a command */
    const char *options;   /* "--editable", "--no-binary" or "" */
    const char *name;      /* of the Python package, when it is known; else NULL */
    const char *specifier; /* these three as of struct cog_package */
    const char *url, *path;
    struct cog_pos at;
};

/* What asks for a version of Python. */
struct cog_version_request {
    const char *version;   /* "3.12" or "3.12.4"; NULL: a range */
    const char *specifier; /* the same by PEP 440 */
    struct cog_pos at;
};

/* A framework that is required, maybe by another package. */
struct cog_framework {
    const char *version;   /* when it is pinned or locked; else NULL */
    const char *specifier; /* "" when any version will do */
    bool direct;           /* the project asks for it itself */
    struct cog_pos at;
};

/* What tells which accelerator is meant. */
struct cog_evidence {
    const char *accelerator; /* "cpu", "cu124", "cuda" for any version, … */
    const char *rule;
    const char *subject; /* what tells it; the accelerator itself when nothing is named */
    struct cog_pos at;
};

/* A file that is probably weights. */
struct cog_weight {
    const char *path; /* relative to the project */
    json_int_t size;  /* in bytes */
};

struct cog_resolution; /* versions/resolution.h */

/* Everything is borrowed from `config.doc` but the arrays. */
struct cog_project {
    struct cog_config config;
    struct cog_package *packages;
    size_t package_count;
    struct cog_line *pip_options;
    size_t pip_option_count;
    struct cog_line *variables; /* names of environment variables that pip replaces */
    size_t variable_count;
    struct cog_version_request *pythons; /* the strongest first */
    size_t python_count;
    struct cog_evidence *evidence; /* the strongest first */
    size_t evidence_count;
    const json_t *frameworks;                /* object by name */
    const struct cog_resolution *resolution; /* set before blocks plan */
    const json_t *lock;            /* says what is installed; NULL: `packages` do */
    struct cog_line *import_paths; /* folders that hold the project's own package */
    size_t import_path_count;
    struct cog_line *programs; /* names of those that are called */
    size_t program_count;
    struct cog_line *compilers; /* functions that compile when they run */
    size_t compiler_count;
    struct cog_line *command_variables; /* names of those that commands set */
    size_t command_variable_count;
    struct cog_line *unread_commands; /* why they could not be read */
    size_t unread_command_count;
    struct cog_install *installs; /* in the order of the commands */
    size_t install_count;
    struct cog_weight *weights;
    size_t weight_count;
    const json_t *ignore;     /* array of .dockerignore patterns */
    const char *revision;     /* git's commit, or NULL */
    struct cog_pos predictor; /* where the predictor is named */
    /* Not facts, but what is wanted: */
    const char *base;  /* the image to begin with; NULL: one that fits */
    const char *sdk;   /* which cog package is put in, as --sdk says, or NULL */
    bool wheelhouse;   /* packages come from a folder that the builder has */
    bool ca_in_image;  /* the image trusts certificates that the builder has */
    bool given_schema; /* the builder has the model's schema */
    bool environment;  /* neither the project's files nor its model are in the image */
};

/* Reads a document cog/project-1 that fits its schema. */
void cog_project_load(struct cog_project *project, json_t *doc);
void cog_project_release(struct cog_project *project);

/* Fills an array of requirements, which the caller frees, from a list of them as the
 * document has it; strings are borrowed from it. */
struct cog_package *cog_packages_load(const json_t *list, size_t *count);

/* Whether the framework is required; fills `framework` if so. */
bool cog_project_framework(const struct cog_project *project, const char *name,
                           struct cog_framework *framework);

/* The first requirement of that name that is no constraint, or NULL. */
const struct cog_package *cog_project_package(const struct cog_project *project,
                                              const char *name);

#endif
