/* inputs.h - what cog-submit takes from its options, its environment and its own folder.
 */
#ifndef COG_SUBMIT_INPUTS_H
#define COG_SUBMIT_INPUTS_H

#include "buildkit/document.h"
#include "buildkit/inputs.h"

/* Adds an option --secret, "id=ID,src=FILE", or with env=VARIABLE or fd=NUMBER, to an array
 * that is made when it is NULL; 0, or -1 after usage.option. */
int cog_submit_secret(json_t **secrets, const char *option, struct cog_diags *diags);

/* Adds what an option --context says, "NAME=DIR", to an object that is made when it is
 * NULL; 0, or -1 after usage.option. */
int cog_submit_context(json_t **folders, const char *option, struct cog_diags *diags);

/* Adds what an option --ssh says, "ID=SOCKET" or "ID" for the agent of SSH_AUTH_SOCK, to an
 * object that is made when it is NULL; 0, or -1 after usage.option. */
int cog_submit_agent(json_t **agents, const char *option, struct cog_diags *diags);

/* What the options offer to a build. */
struct cog_submit_inputs {
    const char *directory; /* the project's */
    json_t *secrets;       /* options, as given; NULL: none */
    json_t *folders;       /* of cog_submit_context() */
    json_t *agents;        /* of cog_submit_agent() */
    char *certificates; /* of cog_submit_inputs_add(): a folder that goes with the offer */
};

void cog_submit_inputs_release(struct cog_submit_inputs *offer);

/* Adds all that the document `doc`, a cog/build-1, needs from this machine, and the
 * credentials for the registries of `images`, an array of names; to the offer, a
 * folder for the context "ca-certificates" if that is not given. Returns 0, or -1 after a
 * diagnostic for everything that is not there. */
int cog_submit_inputs_add(struct cog_build_inputs *inputs, const json_t *doc,
                          const json_t *images, struct cog_submit_inputs *offer,
                          struct cog_diags *diags);

/* Adds the credentials for the registries of `images`, an array of names. Returns 0, or -1
 * after a diagnostic of oci/credentials.h. */
int cog_submit_credentials(struct cog_build_inputs *inputs, const json_t *images,
                           struct cog_diags *diags);

/* The image's names, normalised: those `given` as options, else those of the build, else
 * `fallback` (NULL: none); to `push` it, with the registry of COG_REGISTRY_HOST where they
 * have none. A new array, or NULL after a diagnostic. */
json_t *cog_submit_tags(const json_t *given, const json_t *of_build, const char *fallback,
                        bool push, struct cog_diags *diags);

#endif
