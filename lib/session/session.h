/* session.h - what a client answers while BuildKit builds: files, secrets, credentials.
 *
 * A session is a gRPC server on a connection that the client has opened. It has no I/O but
 * the reading of the folders' files and the talk with SSH agents, which the client's loop
 * polls; everything else is answered from memory, because BuildKit drops a session whose
 * health check is not answered at once.
 *
 * Services (moby/buildkit session/, field numbers in schemas/session.proto):
 *     grpc.health.v1.Health            Check
 *     moby.filesync.v1.FileSync        DiffCopy: the folders
 *     moby.filesync.v1.Auth            Credentials; BuildKit fetches tokens itself
 *     moby.buildkit.secrets.v1.Secrets GetSecret
 *     moby.sshforward.v1.SSH           CheckAgent, ForwardAgent
 *     moby.filesync.v1.FileSend        DiffCopy: what exporters give out
 *     containerd.services.content.v1.Content  Info, Read, Write: caches in folders
 * Everything else is UNIMPLEMENTED. */
#ifndef COG_SESSION_SESSION_H
#define COG_SESSION_SESSION_H

#include <jansson.h>
#include <poll.h>
#include <stddef.h>

#include "base/diag.h"
#include "grpc/connection.h"
#include "tree/ignore.h"

enum {
    COG_SESSION_MAX_SECRET = 500 << 10, /* bytes; BuildKit's own limit */
};

/* A folder that the build may read as local://NAME. */
struct cog_folder {
    const char *name, *path;
    struct cog_ignore include, exclude; /* empty: all, nothing; see tree/walk.h */
};

struct cog_secret {
    const char *id;
    const void *bytes;
    size_t size; /* up to COG_SESSION_MAX_SECRET */
};

struct cog_credential {
    const char *host; /* "ghcr.io", "localhost:5000"; Docker Hub: "registry-1.docker.io" */
    const char *user; /* "": `secret` is an identity token */
    const char *secret;
};

/* An SSH agent of this machine. */
struct cog_agent {
    const char *id, *socket; /* path of a unix socket */
};

/* Where goes what an exporter of the build gives out: into a folder, or as a stream of
 * bytes to `write`, which returns how many it took, 0 for later and -1 after a diagnostic;
 * `end`, called when all are written, likewise, with 1 when it is done. */
struct cog_sink {
    const char *folder;
    ptrdiff_t (*write)(void *data, const unsigned char *bytes, size_t size);
    int (*end)(void *data);
    void *data;
    int fd;                  /* to be polled while it takes nothing */
    short events;            /* for these */
    struct cog_inflow *flow; /* the session's own: what is under way; NULL: nothing */
};

/* A folder that the build may read blobs from, or write them to, as a cache. */
struct cog_store {
    const char *path;
    bool writable;
};

/* All borrowed. Troubles with the folders' files go to `diags`: context.changed,
 * file.unreadable, output.write; and as a warning what is refused because the build does
 * not name it: session.unnamed. */
struct cog_session {
    const struct cog_folder *folders;
    size_t folder_count;
    const struct cog_secret *secrets;
    size_t secret_count;
    const struct cog_credential *credentials;
    size_t credential_count;
    const struct cog_agent *agents;
    size_t agent_count;
    struct cog_sink *sinks; /* of the exporters, in their order */
    size_t sink_count;
    const struct cog_store *stores;
    size_t store_count;
    const json_t *named; /* the build's document, for its "secrets" and "ssh"; NULL: none */
    struct cog_diags *diags;
    size_t reported;              /* its own: such warnings */
    int64_t sent;                 /* its own: bytes of files */
    struct cog_forward *forwards; /* its own: the agents that are being spoken to */
};

/* A cog_connection_call: give it to cog_connection_server() with the session as data. */
void cog_session_call(void *session, struct cog_call *call, const char *method);

/* Whether `names`, the "secrets" or "ssh" of a build document, has this id, or one that a
 * dot and more stand behind in `id`: BuildKit asks for GIT_AUTH_TOKEN.HOST, too. */
bool cog_session_is_named(const json_t *names, const char *id);

enum {
    COG_SESSION_MAX_FORWARDS = 16, /* talks with agents at a time */
    COG_SESSION_MAX_SINKS = 16,
    COG_SESSION_MAX_POLLS = COG_SESSION_MAX_FORWARDS + COG_SESSION_MAX_SINKS,
};

/* Fills in what to poll agents' sockets and sinks for. Returns how many they are. */
size_t cog_session_poll(const struct cog_session *session,
                        struct pollfd polls[COG_SESSION_MAX_POLLS]);

/* Reads and writes where that does not block. */
void cog_session_advance(struct cog_session *session);

/* The `index`-th method to announce when the session is opened; NULL behind the last. */
const char *cog_session_method(size_t index);

#endif
