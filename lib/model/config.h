/* config.h - what cog.yaml says: the document cog/config-1 and the struct that planning
 * reads. */
#ifndef COG_MODEL_CONFIG_H
#define COG_MODEL_CONFIG_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"

/* One entry of build.run: a shell command, with the secrets that it may read. */
struct cog_command {
    const char *command;
    const json_t *mounts; /* array of {type, id, target}, or NULL */
    struct cog_pos at;
};

/* Strings are borrowed from `doc`, positions name `doc`'s file. NULL: not set. */
struct cog_config {
    json_t *doc;
    const json_t *values; /* the member `config` */
    const char *file;     /* "cog.yaml" */
    const char *python_version, *python_requirements, *sdk_version, *user, *predict, *train,
        *image;
    const json_t *python_packages, *system_packages, *environment; /* arrays of strings */
    struct cog_command *commands; /* run, then pre_install */
    size_t command_count;
};

/* Makes a document of what was read from YAML: checks it against schemas/cog-yaml-1.json
 * and, whatever that finds, by the rules that no schema can say (config.*); turns a version
 * that YAML read as a number into text. `positions` and `keys` map JSON Pointers to
 * [line, column]. Returns a new reference, or NULL after all diagnostics. */
json_t *cog_config_make(const json_t *values, const json_t *positions, const json_t *keys,
                        const char *file, struct cog_diags *diags);

/* Reads a document cog/config-1 or cog/project-1 that fits its schema. */
void cog_config_load(struct cog_config *config, json_t *doc);
void cog_config_release(struct cog_config *config);

/* The value of a member at the top or of `build`, by its pointer; NULL: it is not set. */
const json_t *cog_config_value(const struct cog_config *config, const char *pointer);

/* Whether `environment` sets the variable. */
bool cog_config_sets(const struct cog_config *config, const char *variable);

/* The place of the part at `pointer`, such as "/build/run/0". */
struct cog_pos cog_config_at(const struct cog_config *config, const char *pointer);

#endif
