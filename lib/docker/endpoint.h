/* endpoint.h - where the Docker Engine listens, as the docker command would find it.
 *
 * Order: the caller's option, DOCKER_HOST, the context DOCKER_CONTEXT, the current context
 * of Docker's config.json, /var/run/docker.sock. Sources: the Docker CLI's
 * cli/command/cli.go (resolveContextName) and cli/context/store (layout of the folders). */
#ifndef COG_DOCKER_ENDPOINT_H
#define COG_DOCKER_ENDPOINT_H

#include <stdbool.h>

#include "base/diag.h"
#include "docker/relay.h"

/* What the program was told, by options and environment; all borrowed, NULL: not set. */
struct cog_endpoint_choice {
    const char *option;      /* --builder: a URL, or "docker" for what follows */
    const char *docker_host; /* DOCKER_HOST */
    const char *context;     /* DOCKER_CONTEXT */
    const char *config_dir;  /* DOCKER_CONFIG, or ~/.docker */
    const char *cert_dir;    /* DOCKER_CERT_PATH; NULL: config_dir */
    bool tls;                /* DOCKER_TLS_VERIFY is not empty */
};

/* Either `socket` or an address in `url`; all members belong to the struct. */
struct cog_endpoint {
    char *name;                           /* "unix:///var/run/docker.sock", for messages */
    char *origin;                         /* "DOCKER_HOST", "the context x", for messages */
    char *socket;                         /* path of the unix socket; NULL: TCP */
    char *url;                            /* "http://docker" or "https://10.0.0.1:2376" */
    char *ca_file, *cert_file, *key_file; /* NULL without TLS */
    bool remote;                          /* its ports are not this machine's */
    struct cog_relay relay;               /* serves `socket` for ssh:// */
};

/* Takes unix://PATH, tcp://HOST:PORT and ssh://[USER@]HOST[:PORT]; the last by the system's
 * ssh, which runs "docker system dial-stdio" there for each connection. Returns 0, or -1
 * after a diagnostic: engine.endpoint (an address that cannot be used),
 * engine.context (a context that does not exist or is broken). */
int cog_endpoint_choose(struct cog_endpoint *endpoint,
                        const struct cog_endpoint_choice *choice, struct cog_diags *diags);
void cog_endpoint_release(struct cog_endpoint *endpoint);

#endif
