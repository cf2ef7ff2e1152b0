/* builder.h - where an engine is: its address, taken apart.
 *
 *     unix://PATH  tcp://HOST:PORT  docker-container://NAME[?context=C]
 *     podman-container://NAME  nerdctl-container://NAME
 *     kube-pod://POD[?context=C&namespace=N&container=C]  ssh://[USER@]HOST[:PORT]
 * as BuildKit's own clients have them (moby/buildkit client/connhelper). The last five are
 * commands whose standard input and output are the connection. */
#ifndef COG_BUILDKIT_BUILDER_H
#define COG_BUILDKIT_BUILDER_H

#include <stdbool.h>

#include "base/diag.h"

enum { COG_BUILDER_COMMAND = 16 };

/* One of `socket`, `host` and `command` is set. All texts belong to the struct. */
struct cog_builder {
    char *address;     /* as it was given; NULL: none has been read */
    char *origin;      /* who gave it: "--builder", "DOCKER_HOST" */
    char *socket;      /* path of a unix socket */
    char *host, *port; /* TCP */
    bool tls;          /* with TLS; these are its files, or NULL: */
    char *ca_file, *cert_file,
        *key_file;                      /* authorities (NULL: the system's), the client's */
    char *server_name;                  /* that the certificate must have; NULL: host */
    char *command[COG_BUILDER_COMMAND]; /* ends with NULL */
    bool chosen;                        /* among several */
    bool bare; /* surely BuildKit itself, not a Docker Engine around it */
};

/* What is on the other end. */
enum cog_builder_remote {
    COG_REMOTE_ANY, /* a Docker Engine if the host has the docker command */
    COG_REMOTE_DOCKER,
    COG_REMOTE_DOCKER_TLS,
    COG_REMOTE_BUILDKIT,
};

/* Reads `address`, which `origin` ("--builder", say) gave. Without a port, tcp has 1234,
 * a Docker Engine 2375, or 2376 with TLS. Returns 0, or -1 after engine.endpoint; to be
 * released in any case. */
int cog_builder_parse(struct cog_builder *builder, const char *address, const char *origin,
                      enum cog_builder_remote remote, struct cog_diags *diags);
void cog_builder_release(struct cog_builder *builder);

#endif
