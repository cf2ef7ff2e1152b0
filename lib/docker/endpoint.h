/* endpoint.h - where a Docker Engine listens. */
#ifndef COG_DOCKER_ENDPOINT_H
#define COG_DOCKER_ENDPOINT_H

#include <stdbool.h>

#include "base/diag.h"
#include "docker/relay.h"

/* What the environment says of it; all borrowed, NULL: not set. */
struct cog_docker_choice {
    const char *docker_host; /* DOCKER_HOST */
    const char *context;     /* DOCKER_CONTEXT */
    const char *config_dir;  /* DOCKER_CONFIG, or ~/.docker */
    const char *cert_dir;    /* DOCKER_CERT_PATH; NULL: config_dir */
    bool tls;                /* DOCKER_TLS_VERIFY is not empty */
};

/* An address as it was given: all members belong to the struct. */
struct cog_docker_address {
    char *host;       /* "tcp://10.0.0.1:2376" */
    char *origin;     /* "DOCKER_HOST", "the Docker context x", for messages */
    char *tls_folder; /* with ca.pem, cert.pem and key.pem; NULL: no TLS */
};

/* Finds the engine of docker(1), in this order: DOCKER_HOST, the context DOCKER_CONTEXT,
 * the current context of Docker's config.json, /var/run/docker.sock. Returns 0, or -1 after
 * engine.context (a context that does not exist or is broken). To be released in any case.
 * Sources: the Docker CLI's cli/command/cli.go (resolveContextName) and cli/context/store
 * (layout of the folders). */
int cog_docker_address_find(struct cog_docker_address *address,
                            const struct cog_docker_choice *choice,
                            struct cog_diags *diags);
void cog_docker_address_release(struct cog_docker_address *address);

/* Either `socket` or an address in `url`; all members belong to the struct. */
struct cog_endpoint {
    char *name;                           /* "unix:///var/run/docker.sock", for messages */
    char *origin;                         /* "DOCKER_HOST", for messages */
    char *socket;                         /* path of the unix socket; NULL: TCP */
    char *url;                            /* "http://docker" or "https://10.0.0.1:2376" */
    char *ca_file, *cert_file, *key_file; /* of TLS, or NULL */
    char *peer;  /* "HOST:PORT", when `url` has the certificate's name; or NULL */
    bool remote; /* its ports are not this machine's */
    struct cog_relay relay; /* serves `socket` for a command */
};

/* Sets the members for an engine that a command reaches by its standard input and output,
 * such as ssh(1); it is started for each connection. `argv` is borrowed and must outlive
 * the endpoint. Returns 0, or -1 after machine.process. */
int cog_endpoint_command(struct cog_endpoint *endpoint, char *const *argv,
                         struct cog_diags *diags);
void cog_endpoint_release(struct cog_endpoint *endpoint);

#endif
