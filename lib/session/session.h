/* session.h - what a client answers while BuildKit builds: files, secrets, credentials.
 *
 * A session is a gRPC server on a connection that the client has opened. It has no I/O but
 * the reading of the folders' files; everything else is answered from memory, because
 * BuildKit drops a session whose health check is not answered at once.
 *
 * Services (moby/buildkit session/, field numbers in schemas/session.proto):
 *     grpc.health.v1.Health            Check
 *     moby.filesync.v1.FileSync        DiffCopy: the folders
 *     moby.filesync.v1.Auth            Credentials; BuildKit fetches tokens itself
 *     moby.buildkit.secrets.v1.Secrets GetSecret
 * Everything else is UNIMPLEMENTED. */
#ifndef COG_SESSION_SESSION_H
#define COG_SESSION_SESSION_H

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

/* All borrowed. Troubles with the folders' files go to `diags`: context.changed,
 * file.unreadable. */
struct cog_session {
    const struct cog_folder *folders;
    size_t folder_count;
    const struct cog_secret *secrets;
    size_t secret_count;
    const struct cog_credential *credentials;
    size_t credential_count;
    struct cog_diags *diags;
};

/* A cog_connection_call: give it to cog_connection_server() with the session as data. */
void cog_session_call(void *session, struct cog_call *call, const char *method);

/* The `index`-th method to announce when the session is opened; NULL behind the last. */
const char *cog_session_method(size_t index);

#endif
