/* builder.h - which engine builds, by options and environment. */
#ifndef COG_CLI_BUILDER_H
#define COG_CLI_BUILDER_H

#include <jansson.h>

#include "buildkit/builder.h"
#include "cli/options.h"
#include "docker/endpoint.h"

/* The files of TLS for tcp://, as BuildKit's own client has them; NULL: by environment. */
struct cog_builder_options {
    json_t *addresses; /* --builder: an array of texts, each with one or, with commas, more;
                          NULL or empty: none */
    const char *ca_file, *cert_file, *key_file;
    const char *folder; /* with ca.pem, cert.pem and key.pem */
    const char *server_name;
};

/* The options that fill them: a group. */
extern const struct cog_option cog_builder_option_table[];

/* Engines of which one is to build. */
struct cog_builders {
    struct cog_builder *items;
    size_t count;
};

/* Reads the addresses of all engines that the first of these names: the option,
 * COG_BUILDER, BUILDKIT_HOST (one), and then as docker(1) does, which "docker" stands for,
 * too: DOCKER_HOST, a context, the default socket. Files of TLS that are not given as
 * options come from BUILDKIT_TLS_* for the first three, the same for all. Returns 0, or -1
 * after engine.endpoint or engine.context; to be released in any case. */
int cog_builders_load(struct cog_builders *builders,
                      const struct cog_builder_options *options, struct cog_diags *diags);
void cog_builders_release(struct cog_builders *builders);

/* Takes an engine out of those that were read; its place stays, empty. */
struct cog_builder cog_builders_take(struct cog_builders *builders, size_t index);

/* The same for what takes one engine: it is refused to name several. */
int cog_builder_choose(struct cog_builder *builder,
                       const struct cog_builder_options *options, struct cog_diags *diags);

/* Whether engines are named, and not docker's alone. */
bool cog_builder_is_given(const struct cog_builder_options *options);

/* The engine of docker(1) alone. */
int cog_builder_docker(struct cog_builder *builder, struct cog_diags *diags);

/* Chooses a Docker Engine, for what BuildKit alone cannot do: the option (NULL: none) or
 * COG_BUILDER, unless that is an address of BuildKit's or names several, and then
 * docker(1)'s. */
int cog_builder_choose_engine(struct cog_builder *builder, const char *option,
                              struct cog_diags *diags);

/* The same engine, for its HTTP API. Borrows from the builder. Returns 0, or -1 after
 * machine.process; to be released in any case. */
int cog_builder_endpoint(const struct cog_builder *builder, struct cog_endpoint *endpoint,
                         struct cog_diags *diags);

#endif
