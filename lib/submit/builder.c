/* builder.c - which engine builds, by options and environment. */
#include "submit/builder.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "cli/environment.h"

static const char *given(const char *value)
{
    return value && *value ? value : NULL;
}

static const char *either(const char *option, const char *variable)
{
    return option ? option : given(getenv(variable));
}

/* A file that is named, or stands in the folder; NULL: neither. The caller frees it. */
static char *find_file(const char *named, const char *folder, const char *name)
{
    auto_free char *path = folder ? cog_printf("%s/%s", folder, name) : NULL;

    if (named)
        return cog_strdup(named);
    return path && access(path, F_OK) == 0 ? cog_strdup(path) : NULL;
}

/* TLS of BuildKit: by options or its own variables, else by Docker's. */
static void use_tls(struct cog_builder *builder, const struct cog_builder_options *options)
{
    const char *ca = either(options->ca_file, "BUILDKIT_TLS_CA_CERT");
    const char *cert = either(options->cert_file, "BUILDKIT_TLS_CERT");
    const char *key = either(options->key_file, "BUILDKIT_TLS_KEY");
    const char *folder = either(options->folder, "BUILDKIT_TLS_DIR");
    const char *name = either(options->server_name, "BUILDKIT_TLS_SERVER_NAME");
    auto_free char *config = NULL;

    if (!folder && !ca && !cert && given(getenv("DOCKER_TLS_VERIFY"))) {
        folder = given(getenv("DOCKER_CERT_PATH"));
        config = cog_environment_docker_config();
        folder = folder ? folder : config;
    }
    builder->ca_file = find_file(ca, folder, "ca.pem");
    builder->cert_file = find_file(cert, folder, "cert.pem");
    builder->key_file = find_file(key, folder, "key.pem");
    builder->server_name = name ? cog_strdup(name) : NULL;
    builder->tls = builder->ca_file || builder->cert_file || name;
}

static char *copied(const char *text)
{
    return text ? cog_strdup(text) : NULL;
}

int cog_builder_docker(struct cog_builder *builder, struct cog_diags *diags)
{
    auto_free char *config_dir = cog_environment_docker_config();
    struct cog_endpoint_choice choice = cog_environment_endpoint("docker", config_dir);
    struct cog_endpoint endpoint;
    int result;

    /* lib/docker, which has no use for commands, knows no such address */
    if (choice.docker_host && strncmp(choice.docker_host, "ssh://", 6) == 0)
        return cog_builder_parse(builder, choice.docker_host, "DOCKER_HOST",
                                 COG_REMOTE_DOCKER, diags);
    result = cog_endpoint_choose(&endpoint, &choice, diags);
    if (result == 0)
        result = cog_builder_parse(builder, endpoint.name, endpoint.origin,
                                   COG_REMOTE_DOCKER, diags);
    builder->tls = endpoint.ca_file != NULL;
    builder->ca_file = copied(endpoint.ca_file);
    builder->cert_file = copied(endpoint.cert_file);
    builder->key_file = copied(endpoint.key_file);
    cog_endpoint_release(&endpoint);
    return result;
}

/* An address that is given, and by what. */
struct choice {
    const char *address, *origin;
    enum cog_builder_remote remote;
};

/* The first that is given, or one without an address: docker's. */
static struct choice choose(const struct cog_builder_options *options)
{
    const struct choice choices[] = {
        {options->address, "--builder", COG_REMOTE_ANY},
        {given(getenv("COG_BUILDER")), "COG_BUILDER", COG_REMOTE_ANY},
        {given(getenv("BUILDKIT_HOST")), "BUILDKIT_HOST", COG_REMOTE_BUILDKIT},
    };

    for (size_t i = 0; i < sizeof choices / sizeof *choices; i++) {
        if (choices[i].address)
            return strcmp(choices[i].address, "docker") == 0 ? (struct choice){0}
                                                             : choices[i];
    }
    return (struct choice){0};
}

bool cog_builder_is_given(const struct cog_builder_options *options)
{
    return choose(options).address != NULL;
}

int cog_builder_choose(struct cog_builder *builder,
                       const struct cog_builder_options *options, struct cog_diags *diags)
{
    const struct choice choice = choose(options);

    *builder = (struct cog_builder){0};
    if (!choice.address)
        return cog_builder_docker(builder, diags);
    int result =
        cog_builder_parse(builder, choice.address, choice.origin, choice.remote, diags);
    if (builder->host)
        use_tls(builder, options);
    return result;
}
