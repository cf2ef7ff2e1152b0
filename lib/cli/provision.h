/* provision.h - what cog-submit takes from its options, its environment and its own folder.
 */
#ifndef COG_CLI_PROVISION_H
#define COG_CLI_PROVISION_H

#include "buildkit/document.h"
#include "buildkit/inputs.h"

/* Whether an option --secret is "id=ID,src=FILE" or "id=ID,env=VARIABLE"; 0, or -1 after
 * usage.option. */
int cog_provision_check_secret(const char *option, struct cog_diags *diags);

/* Adds what one option --secret names. */
int cog_provision_secret(struct cog_inputs *inputs, const char *option,
                         struct cog_diags *diags);

/* Adds the host's certificate authorities as the secret for them, if the build has a use
 * for it and none was given: the file of COG_CA_CERT or SSL_CERT_FILE, else the system's.
 */
int cog_provision_certificates(struct cog_inputs *inputs, const json_t *secrets,
                               struct cog_diags *diags);

/* Adds the credentials for the registries of all images. Now, because helpers are programs,
 * for which the session has no time later. */
int cog_provision_credentials(struct cog_inputs *inputs, const json_t *images,
                              struct cog_diags *diags);

/* The image's names, normalised: those `given` as options, else those of the build, else
 * `fallback` (NULL: none). A new array, or NULL after a diagnostic. */
json_t *cog_provision_tags(const json_t *given, const json_t *of_build,
                           const char *fallback, struct cog_diags *diags);

/* The folder of cog's own wheels: ../share/cog/wheels, seen from this program's folder. The
 * caller frees it. */
char *cog_provision_wheels_folder(void);

#endif
