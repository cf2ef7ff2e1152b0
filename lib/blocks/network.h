/* network.h - what commands get that ask the network, or a package index. */
#ifndef COG_BLOCKS_NETWORK_H
#define COG_BLOCKS_NETWORK_H

#include "model/project.h"
#include "plan/composer.h"

/* Makes the exec trust what the building host trusts: its CA bundle, as a secret mount. */
void cog_exec_network(struct cog_composer *composer, json_t *exec);

/* Makes the exec, a pip, find packages: on the network, with the secrets "netrc" and
 * "pip.conf" if they are given, or in the wheelhouse. */
void cog_exec_index(const struct cog_project *project, struct cog_composer *composer,
                    json_t *exec);

/* Gives the exec an environment variable whose value is the secret of that name. */
void cog_exec_secret_variable(struct cog_composer *composer, json_t *exec, const char *name,
                              struct cog_pos at);

/* Where cog_exec_network() mounts the bundle. */
#define COG_CA_TARGET "/run/cog-ca-certificates.crt"

#endif
