/* endpoint.c - finds the Docker Engine's address. */
#include "docker/endpoint.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/digest.h"
#include "base/doc.h"

enum { MAX_FILE = 1 << 20 };

static const char default_host[] = "unix:///var/run/docker.sock";
static const struct cog_pos nowhere = {0};

/* `tls_folder`: NULL for none. Steals nothing. */
static int use(struct cog_docker_address *address, const char *host, const char *origin,
               const char *tls_folder)
{
    address->host = cog_strdup(host);
    address->origin = cog_strdup(origin);
    address->tls_folder = tls_folder ? cog_strdup(tls_folder) : NULL;
    return 0;
}

/* The current context of config.json; NULL: none. The caller frees it. */
static char *current_context(const char *config_dir)
{
    if (!config_dir)
        return NULL;
    auto_free char *path = cog_printf("%s/config.json", config_dir);
    json_auto_t *config = json_load_file(path, 0, NULL);
    const char *name = json_string_value(json_object_get(config, "currentContext"));

    return name ? cog_strdup(name) : NULL;
}

static int use_context(struct cog_docker_address *address, const char *name,
                       const char *config_dir, struct cog_diags *diags)
{
    auto_free char *digest = cog_sha256(name, strlen(name));
    const char *id = strchr(digest, ':') + 1;
    auto_free char *path = cog_printf("%s/contexts/meta/%s/meta.json", config_dir, id);
    auto_free char *tls = cog_printf("%s/contexts/tls/%s/docker", config_dir, id);
    auto_free char *origin = cog_printf("the Docker context \"%s\"", name);
    size_t size;

    if (access(path, F_OK) < 0)
        return cog_report(diags, COG_ERROR, nowhere, "engine.context", "%s does not exist",
                          origin);
    auto_free char *text = cog_read_file(path, MAX_FILE, &size, diags);
    if (!text)
        return -1;
    json_auto_t *meta = json_loadb(text, size, 0, NULL);
    const json_t *docker = json_object_get(json_object_get(meta, "Endpoints"), "docker");
    const char *host = json_string_value(json_object_get(docker, "Host"));
    if (!host)
        return cog_report(diags, COG_ERROR, (struct cog_pos){.file = path},
                          "engine.context", "%s does not name an engine", origin);
    return use(address, host, origin, access(tls, F_OK) == 0 ? tls : NULL);
}

static bool given(const char *value)
{
    return value && *value;
}

int cog_docker_address_find(struct cog_docker_address *address,
                            const struct cog_docker_choice *choice, struct cog_diags *diags)
{
    const char *cert_dir = given(choice->cert_dir) ? choice->cert_dir : choice->config_dir;
    const char *tls = choice->tls ? cert_dir : NULL;
    auto_free char *current = current_context(choice->config_dir);
    const char *context = given(choice->context) ? choice->context : current;

    *address = (struct cog_docker_address){0};
    if (given(choice->docker_host))
        return use(address, choice->docker_host, "DOCKER_HOST", tls);
    if (given(context) && strcmp(context, "default") != 0)
        return use_context(address, context, choice->config_dir ? choice->config_dir : "",
                           diags);
    return use(address, default_host, "the default", NULL);
}

void cog_docker_address_release(struct cog_docker_address *address)
{
    free(address->host);
    free(address->origin);
    free(address->tls_folder);
    *address = (struct cog_docker_address){0};
}

/* A cog_relay_serve: the connection is the command's input and output; what it has to say
 * goes to stderr. */
static void serve_command(int connection, const void *argv)
{
    char *const *words = argv;

    if (dup2(connection, STDIN_FILENO) >= 0 && dup2(connection, STDOUT_FILENO) >= 0)
        (void)execvp(words[0], words);
}

int cog_endpoint_command(struct cog_endpoint *endpoint, char *const *argv,
                         struct cog_diags *diags)
{
    endpoint->remote = true;
    endpoint->url = cog_strdup("http://docker");
    if (cog_relay_open(&endpoint->relay, serve_command, argv, diags) < 0)
        return -1;
    endpoint->socket = cog_strdup(endpoint->relay.socket);
    return 0;
}

void cog_endpoint_release(struct cog_endpoint *endpoint)
{
    cog_relay_release(&endpoint->relay);
    free(endpoint->name);
    free(endpoint->origin);
    free(endpoint->socket);
    free(endpoint->url);
    free(endpoint->ca_file);
    free(endpoint->cert_file);
    free(endpoint->key_file);
    free(endpoint->peer);
    *endpoint = (struct cog_endpoint){0};
}
