/* builder.c - which engine builds, by options and environment. */
#include "cli/builder.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/text.h"
#include "cli/environment.h"
#include "http/url.h"

const struct cog_option cog_builder_option_table[] = {
    {0, "builder", "URL", "the engine or engines, such as tcp://HOST:PORT or docker",
     COG_OPTION_LIST, offsetof(struct cog_builder_options, addresses)},
    {0, "tlscacert", "FILE", "authorities that a tcp:// engine's certificate has",
     COG_OPTION_TEXT, offsetof(struct cog_builder_options, ca_file)},
    {0, "tlscert", "FILE", "the certificate to show it", COG_OPTION_TEXT,
     offsetof(struct cog_builder_options, cert_file)},
    {0, "tlskey", "FILE", "the key of that", COG_OPTION_TEXT,
     offsetof(struct cog_builder_options, key_file)},
    {0, "tlsdir", "DIR", "a folder with ca.pem, cert.pem and key.pem", COG_OPTION_TEXT,
     offsetof(struct cog_builder_options, folder)},
    {0, "tlsservername", "NAME", "the name that the engine's certificate has",
     COG_OPTION_TEXT, offsetof(struct cog_builder_options, server_name)},
    {0},
};

static const struct cog_pos nowhere = {0};

static char *copied(const char *text)
{
    return text ? cog_strdup(text) : NULL;
}

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

int cog_builder_docker(struct cog_builder *builder, struct cog_diags *diags)
{
    auto_free char *config_dir = cog_environment_docker_config();
    struct cog_docker_choice choice = cog_environment_docker(config_dir);
    struct cog_docker_address address;

    *builder = (struct cog_builder){0};
    int result = cog_docker_address_find(&address, &choice, diags);
    if (result == 0)
        result = cog_builder_parse(
            builder, address.host, address.origin,
            address.tls_folder ? COG_REMOTE_DOCKER_TLS : COG_REMOTE_DOCKER, diags);
    if (builder->host && address.tls_folder) {
        builder->tls = true;
        builder->ca_file = cog_printf("%s/ca.pem", address.tls_folder);
        builder->cert_file = cog_printf("%s/cert.pem", address.tls_folder);
        builder->key_file = cog_printf("%s/key.pem", address.tls_folder);
    }
    cog_docker_address_release(&address);
    return result;
}

/* Addresses that are given, with commas between them, and by what. */
struct choice {
    const char *addresses, *origin;
    enum cog_builder_remote remote;
};

/* The first that is given. */
static struct choice choose(const char *option)
{
    const struct choice choices[] = {
        {option, "--builder", COG_REMOTE_ANY},
        {given(getenv("COG_BUILDER")), "COG_BUILDER", COG_REMOTE_ANY},
        {given(getenv("BUILDKIT_HOST")), "BUILDKIT_HOST", COG_REMOTE_BUILDKIT},
    };

    for (size_t i = 0; i < sizeof choices / sizeof *choices; i++) {
        if (choices[i].addresses)
            return choices[i];
    }
    return (struct choice){"docker", NULL, COG_REMOTE_ANY};
}

/* The values of the option as one; NULL: it is not given. The caller frees it. */
static char *join(const json_t *addresses)
{
    char *text;
    size_t size, index;
    const json_t *address;

    if (!json_array_size(addresses))
        return NULL;
    FILE *stream = cog_text_open(&text, &size);
    json_array_foreach(addresses, index, address) {
        (void)fprintf(stream, "%s%s", index ? "," : "", json_string_value(address));
    }
    cog_text_close(stream, &text);
    return text;
}

bool cog_builder_is_given(const struct cog_builder_options *options)
{
    auto_free char *option = join(options->addresses);

    return strcmp(choose(option).addresses, "docker") != 0;
}

static int use(struct cog_builder *builder, const char *address,
               const struct choice *choice, const struct cog_builder_options *options,
               struct cog_diags *diags)
{
    if (strcmp(address, "docker") == 0)
        return cog_builder_docker(builder, diags);
    int result = cog_builder_parse(builder, address, choice->origin, choice->remote, diags);
    if (builder->host)
        use_tls(builder, options);
    return result;
}

/* Reads one of several addresses. */
static int add(struct cog_builders *builders, const char *address,
               const struct choice *choice, const struct cog_builder_options *options,
               struct cog_diags *diags)
{
    builders->items =
        cog_realloc(builders->items, builders->count + 1, sizeof *builders->items);
    struct cog_builder *builder = &builders->items[builders->count++];
    *builder = (struct cog_builder){0};
    if (!*address && strchr(choice->addresses, ','))
        return cog_report(diags, COG_ERROR, nowhere, "engine.endpoint",
                          "%s gives \"%s\", in which a comma has no address beside it",
                          choice->origin, choice->addresses);
    int result = use(builder, address, choice, options, diags);
    for (size_t i = 0; result == 0 && i + 1 < builders->count; i++) {
        if (strcmp(builders->items[i].address, builder->address) == 0)
            result = cog_report(diags, COG_ERROR, nowhere, "engine.endpoint",
                                "%s gives \"%s\" twice", choice->origin, address);
    }
    return result;
}

int cog_builders_load(struct cog_builders *builders,
                      const struct cog_builder_options *options, struct cog_diags *diags)
{
    auto_free char *option = join(options->addresses);
    const struct choice choice = choose(option);
    const char *rest = choice.addresses;
    int result;

    *builders = (struct cog_builders){0};
    do {
        const char *comma = choice.remote == COG_REMOTE_BUILDKIT ? NULL : strchr(rest, ',');
        auto_free char *address =
            comma ? cog_strndup(rest, (size_t)(comma - rest)) : cog_strdup(rest);
        result = add(builders, address, &choice, options, diags);
        rest = comma ? comma + 1 : NULL;
    } while (rest && result == 0);
    return result;
}

void cog_builders_release(struct cog_builders *builders)
{
    for (size_t i = 0; i < builders->count; i++)
        cog_builder_release(&builders->items[i]);
    free(builders->items);
    *builders = (struct cog_builders){0};
}

struct cog_builder cog_builders_take(struct cog_builders *builders, size_t index)
{
    struct cog_builder taken = builders->items[index];

    builders->items[index] = (struct cog_builder){0};
    return taken;
}

int cog_builder_choose(struct cog_builder *builder,
                       const struct cog_builder_options *options, struct cog_diags *diags)
{
    struct cog_builders builders;
    int result = cog_builders_load(&builders, options, diags);

    *builder = (struct cog_builder){0};
    if (result == 0 && builders.count > 1)
        result = cog_report(diags, COG_ERROR, nowhere, "engine.endpoint",
                            "%zu engines are given, and this takes one", builders.count);
    if (result == 0)
        *builder = cog_builders_take(&builders, 0);
    cog_builders_release(&builders);
    return result;
}

int cog_builder_choose_engine(struct cog_builder *builder, const char *option,
                              struct cog_diags *diags)
{
    const struct cog_builder_options options = {0};
    const struct choice choice = choose(option);

    *builder = (struct cog_builder){0};
    if (choice.remote == COG_REMOTE_BUILDKIT || strchr(choice.addresses, ','))
        return cog_builder_docker(builder, diags);
    int result = use(builder, choice.addresses, &choice, &options, diags);
    if (!builder->bare)
        return result;
    cog_builder_release(builder);
    return cog_builder_docker(builder, diags);
}

/* The URL of an engine behind TCP, which has the name that the certificate must have. */
static void use_tcp(struct cog_endpoint *endpoint, const struct cog_builder *builder)
{
    bool v6 = strchr(builder->host, ':');
    auto_free char *peer =
        cog_printf(v6 ? "[%s]:%s" : "%s:%s", builder->host, builder->port);

    endpoint->remote = !cog_is_loopback(peer);
    if (builder->server_name) {
        endpoint->url = cog_printf("https://%s:%s", builder->server_name, builder->port);
        endpoint->peer = cog_strdup(peer);
    } else {
        endpoint->url = cog_printf("%s://%s", builder->tls ? "https" : "http", peer);
    }
    endpoint->ca_file = copied(builder->ca_file);
    endpoint->cert_file = copied(builder->cert_file);
    endpoint->key_file = copied(builder->key_file);
}

int cog_builder_endpoint(const struct cog_builder *builder, struct cog_endpoint *endpoint,
                         struct cog_diags *diags)
{
    *endpoint = (struct cog_endpoint){.name = cog_strdup(builder->address),
                                      .origin = cog_strdup(builder->origin)};
    if (builder->command[0])
        return cog_endpoint_command(endpoint, builder->command, diags);
    if (builder->host) {
        use_tcp(endpoint, builder);
        return 0;
    }
    endpoint->socket = cog_strdup(builder->socket);
    endpoint->url = cog_strdup("http://docker");
    return 0;
}
