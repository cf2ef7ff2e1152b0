/* inputs.h - what a build gets from this machine: folders, secrets, credentials. */
#ifndef COG_BUILDKIT_INPUTS_H
#define COG_BUILDKIT_INPUTS_H

#include <jansson.h>
#include <stdbool.h>

#include "base/diag.h"
#include "session/session.h"

/* Owns everything that the session's tables point to. */
struct cog_build_inputs {
    struct cog_folder *folders;
    size_t folder_count;
    struct cog_secret *secrets;
    size_t secret_count;
    struct cog_credential *credentials;
    size_t credential_count;
    struct cog_agent *agents;
    size_t agent_count;
    const json_t *named; /* borrowed: the build's document */
};

void cog_build_inputs_release(struct cog_build_inputs *inputs);

/* Where the contexts of a build are on this machine; borrowed. */
struct cog_folders {
    const char *project, *wheels;
    const json_t *given; /* name -> folder; NULL: none */
};

/* Adds the `contexts` of a build document: {"path", "include", "exclude"} below the
 * project's folder, {"cog": "wheels"} for cog's own, or {"given": true}. Returns 0, or -1
 * after build.context, or file.missing for a folder that does not exist. */
int cog_build_inputs_add_contexts(struct cog_build_inputs *inputs, const json_t *contexts,
                                  const struct cog_folders *folders,
                                  struct cog_diags *diags);

/* Adds a secret, or with one of that name already there does nothing. Takes `bytes`.
 * Returns 0, or -1 after secret.size. */
int cog_build_inputs_add_secret_take(struct cog_build_inputs *inputs, const char *id,
                                     char *bytes, size_t size, struct cog_diags *diags);

/* Adds the content of a file as a secret: also file.missing, file.unreadable. */
int cog_build_inputs_add_secret_file(struct cog_build_inputs *inputs, const char *id,
                                     const char *path, struct cog_diags *diags);

/* Adds what can be read from a descriptor up to its end, which may be a pipe's: also
 * secret.unreadable. */
int cog_build_inputs_add_secret_fd(struct cog_build_inputs *inputs, const char *id, int fd,
                                   struct cog_diags *diags);

bool cog_build_inputs_has_secret(const struct cog_build_inputs *inputs, const char *id);

/* Forgets the secrets and agents that the build document does not name: the engine is to
 * get no others. `doc` is borrowed until the release. */
void cog_build_inputs_keep_named(struct cog_build_inputs *inputs, const json_t *doc);

/* Checks that the `secrets` of a build document that are required are there. Returns 0, or
 * -1 after secret.missing for each that is not. */
int cog_build_inputs_check_secrets(const struct cog_build_inputs *inputs,
                                   const json_t *secrets, struct cog_diags *diags);

/* Adds an SSH agent, or with one of that name already there does nothing. */
void cog_build_inputs_add_agent(struct cog_build_inputs *inputs, const char *id,
                                const char *socket);

/* Checks that the agents of a build document's `ssh` that are required are there. Returns
 * 0, or -1 after secret.missing for each that is not. */
int cog_build_inputs_check_agents(const struct cog_build_inputs *inputs, const json_t *ssh,
                                  struct cog_diags *diags);

/* Adds what to say to the registry `host`. Takes `user` and `secret`. */
void cog_build_inputs_add_credential_take(struct cog_build_inputs *inputs, const char *host,
                                          char *user, char *secret);

/* A session over all that was added; borrowed from `inputs`. */
struct cog_session cog_build_inputs_session(const struct cog_build_inputs *inputs);

/* Stands for the place of the folders on this machine: a digest of the project folder's
 * resolved path and the machine's id. The caller frees it. */
char *cog_build_inputs_shared_key(const char *directory);

#endif
