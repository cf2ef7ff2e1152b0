/* helper.h - asks one of Docker's credential helpers (docker-credential-NAME get), or has
 * it store (docker-credential-NAME store).
 *
 * The protocol is that of docker-credential-helpers: the server's name on stdin; on stdout
 * {"Username":…,"Secret":…}, or a message and a status other than 0. */
#ifndef COG_OCI_HELPER_H
#define COG_OCI_HELPER_H

#include "base/diag.h"

enum { COG_HELPER_SECONDS = 30 }; /* a helper is stopped after that time */

/* Returns 1 with `*user` and `*secret`, which the caller frees; 0 when the helper has
 * nothing for `server` or is not installed (a warning, credentials.helper); -1 after a
 * diagnostic: credentials.helper (it failed or took too long), machine.process. `file` is
 * the configuration that names the helper. */
int cog_helper_get(const char *name, const char *server, const char *file, char **user,
                   char **secret, struct cog_diags *diags);

/* Has the helper keep them. Returns 0, or -1 after credentials.helper (it failed, is not
 * installed or took too long), machine.process. */
int cog_helper_store(const char *name, const char *server, const char *file,
                     const char *user, const char *secret, struct cog_diags *diags);

#endif
