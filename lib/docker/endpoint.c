/* endpoint.c - chooses the Docker Engine's address. */
#include "docker/endpoint.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/digest.h"
#include "base/doc.h"
#include "http/url.h"

enum { MAX_FILE = 1 << 20 };

static const char ssh_scheme[] = "ssh://";
static const char default_host[] = "unix:///var/run/docker.sock";
static const struct cog_pos nowhere = {0};

static void use_tls(struct cog_endpoint *endpoint, const char *folder)
{
    endpoint->ca_file = cog_printf("%s/ca.pem", folder);
    endpoint->cert_file = cog_printf("%s/cert.pem", folder);
    endpoint->key_file = cog_printf("%s/key.pem", folder);
}

/* A cog_relay_serve: the connection is ssh's input and output; what it has to say goes to
 * stderr. */
static void serve_ssh(int connection, const void *context)
{
    const struct cog_endpoint *endpoint = context;
    auto_free char *place = cog_strdup(endpoint->name + sizeof ssh_scheme - 1);
    char *port = strrchr(place, ':');

    place[strcspn(place, "/")] = '\0';
    if (port)
        *port++ = '\0';
    if (dup2(connection, STDIN_FILENO) < 0 || dup2(connection, STDOUT_FILENO) < 0)
        return;
    (void)execlp("ssh", "ssh", "-o", "ConnectTimeout=30", "-T", "-p", port ? port : "22",
                 "--", place, "docker", "system", "dial-stdio", (char *)NULL);
}

static int use_ssh(struct cog_endpoint *endpoint, struct cog_diags *diags)
{
    endpoint->remote = true;
    endpoint->url = cog_strdup("http://docker");
    if (cog_relay_open(&endpoint->relay, serve_ssh, endpoint, diags) < 0)
        return -1;
    endpoint->socket = cog_strdup(endpoint->relay.socket);
    return 0;
}

/* "[USER@]HOST[:PORT]" and nothing that ssh would take for something else. */
static bool is_ssh_place(const char *place)
{
    size_t size = strcspn(place, "/");

    return size > 0 && *place != '-' && !place[size + (place[size] == '/')] &&
           strspn(place, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                         ".-_@:") == size;
}

/* `tls_folder`: NULL for plain TCP. Steals nothing. */
static int use(struct cog_endpoint *endpoint, const char *host, const char *origin,
               const char *tls_folder, struct cog_diags *diags)
{
    endpoint->name = cog_strdup(host);
    endpoint->origin = cog_strdup(origin);
    if (strncmp(host, "unix://", 7) == 0 && host[7]) {
        endpoint->socket = cog_strdup(host + 7);
        endpoint->url = cog_strdup("http://docker");
        return 0;
    }
    if (strncmp(host, "tcp://", 6) == 0 && host[6]) {
        endpoint->url = cog_printf("%s://%s", tls_folder ? "https" : "http", host + 6);
        endpoint->remote = !cog_is_loopback(host + 6);
        if (tls_folder)
            use_tls(endpoint, tls_folder);
        return 0;
    }
    if (strncmp(host, ssh_scheme, sizeof ssh_scheme - 1) == 0 &&
        is_ssh_place(host + sizeof ssh_scheme - 1))
        return use_ssh(endpoint, diags);
    return cog_report(
        diags, COG_ERROR, nowhere, "engine.endpoint",
        "%s gives \"%s\", which is not unix://PATH, tcp://HOST:PORT or ssh://HOST", origin,
        host);
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

static int use_context(struct cog_endpoint *endpoint, const char *name,
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
    return use(endpoint, host, origin, access(tls, F_OK) == 0 ? tls : NULL, diags);
}

static bool given(const char *value)
{
    return value && *value;
}

int cog_endpoint_choose(struct cog_endpoint *endpoint,
                        const struct cog_endpoint_choice *choice, struct cog_diags *diags)
{
    const char *cert_dir = given(choice->cert_dir) ? choice->cert_dir : choice->config_dir;
    const char *tls = choice->tls ? cert_dir : NULL;
    auto_free char *current = current_context(choice->config_dir);
    const char *context = given(choice->context) ? choice->context : current;

    *endpoint = (struct cog_endpoint){0};
    if (given(choice->option) && strcmp(choice->option, "docker") != 0)
        return use(endpoint, choice->option, "--builder", tls, diags);
    if (given(choice->docker_host))
        return use(endpoint, choice->docker_host, "DOCKER_HOST", tls, diags);
    if (given(context) && strcmp(context, "default") != 0)
        return use_context(endpoint, context, choice->config_dir ? choice->config_dir : "",
                           diags);
    return use(endpoint, default_host, "the default", NULL, diags);
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
    *endpoint = (struct cog_endpoint){0};
}
