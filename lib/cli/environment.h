/* environment.h - what programs take from the environment. */
#ifndef COG_CLI_ENVIRONMENT_H
#define COG_CLI_ENVIRONMENT_H

#include <jansson.h>
#include <stdbool.h>

#include "docker/endpoint.h"

/* DOCKER_CONFIG, or ~/.docker; NULL without a home. The caller frees it. */
char *cog_environment_docker_config(void);

/* What says where the engine of docker(1) is. Borrows `config_dir`. */
struct cog_docker_choice cog_environment_docker(const char *config_dir);

/* The file registries.conf: CONTAINERS_REGISTRIES_CONF, or that of the user's configuration
 * folder if it is there, or the system's. The caller frees it. */
char *cog_environment_registries(void);

/* The folder of tables of versions: `option`, or if that is NULL, COG_DATA_DIR; NULL: none
 * is named. */
const char *cog_environment_data_dir(const char *option);

/* The table of base images, likewise: COG_CATALOG. */
const char *cog_environment_catalog(const char *option);

/* Whether stderr is a terminal that a line can be drawn on again. */
bool cog_environment_draws(void);

/* Makes the context of requests that has REPLICATE_API_TOKEN, as models of Cog expect it.
 * Returns 0, or -1 after usage.option when the variable is not set. */
int cog_environment_token(json_t **context, struct cog_diags *diags);

#endif
