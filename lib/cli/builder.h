/* builder.h - which engine builds, by options and environment. */
#ifndef COG_CLI_BUILDER_H
#define COG_CLI_BUILDER_H

#include "buildkit/builder.h"
#include "cli/options.h"
#include "docker/endpoint.h"

/* The files of TLS for tcp://, as BuildKit's own client has them; NULL: by environment. */
struct cog_builder_options {
    const char *address; /* --builder */
    const char *ca_file, *cert_file, *key_file;
    const char *folder; /* with ca.pem, cert.pem and key.pem */
    const char *server_name;
};

/* The options that fill them: a group. */
extern const struct cog_option cog_builder_option_table[];

/* Chooses, in this order: the option, COG_BUILDER, BUILDKIT_HOST, and then as docker(1)
 * does, which "docker" stands for, too: DOCKER_HOST, a context, the default socket. Files
 * of TLS that are not given as options come from BUILDKIT_TLS_* for the first three.
 * Returns 0, or -1 after engine.endpoint or engine.context; to be released in any case. */
int cog_builder_choose(struct cog_builder *builder,
                       const struct cog_builder_options *options, struct cog_diags *diags);

/* Whether an engine is named, other than docker's. */
bool cog_builder_is_given(const struct cog_builder_options *options);

/* The engine of docker(1) alone. */
int cog_builder_docker(struct cog_builder *builder, struct cog_diags *diags);

/* Chooses a Docker Engine, for what BuildKit alone cannot do: the option (NULL: none) or
 * COG_BUILDER, unless that is an address of BuildKit's, and then docker(1)'s. */
int cog_builder_choose_engine(struct cog_builder *builder, const char *option,
                              struct cog_diags *diags);

/* The same engine, for its HTTP API. Borrows from the builder. Returns 0, or -1 after
 * machine.process; to be released in any case. */
int cog_builder_endpoint(const struct cog_builder *builder, struct cog_endpoint *endpoint,
                         struct cog_diags *diags);

#endif
