/* builder.h - which engine builds, by options and environment. */
#ifndef COG_CLI_BUILDER_H
#define COG_CLI_BUILDER_H

#include "buildkit/builder.h"
#include "docker/endpoint.h"

/* The rows of a program's table of options that say which engine, and with which TLS. */
enum {
    COG_OPTION_BUILDER = 512,
    COG_OPTION_TLS_CA,
    COG_OPTION_TLS_CERT,
    COG_OPTION_TLS_KEY,
    COG_OPTION_TLS_DIR,
    COG_OPTION_TLS_NAME,
};
#define COG_BUILDER_OPTIONS                                                                \
    {COG_OPTION_BUILDER, "builder", "URL",                                                 \
     "the engine, such as tcp://HOST:PORT, or docker"},                                    \
        {COG_OPTION_TLS_CA, "tlscacert", "FILE",                                           \
         "authorities that a tcp:// engine's certificate has"},                            \
        {COG_OPTION_TLS_CERT, "tlscert", "FILE", "the certificate to show it"},            \
        {COG_OPTION_TLS_KEY, "tlskey", "FILE", "the key of that"},                         \
        {COG_OPTION_TLS_DIR, "tlsdir", "DIR",                                              \
         "a folder with ca.pem, cert.pem and key.pem"},                                    \
    {                                                                                      \
        COG_OPTION_TLS_NAME, "tlsservername", "NAME",                                      \
            "the name that the engine's certificate has"                                   \
    }

/* The files of TLS for tcp://, as BuildKit's own client has them; NULL: by environment. */
struct cog_builder_options {
    const char *address; /* --builder */
    const char *ca_file, *cert_file, *key_file;
    const char *folder; /* with ca.pem, cert.pem and key.pem */
    const char *server_name;
};

/* Takes one of these options. Returns whether it is one. */
bool cog_builder_option(struct cog_builder_options *options, int letter, const char *value);

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
