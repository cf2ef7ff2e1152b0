/* certificates.h - the certificate authorities that a build and its host trust.
 *
 * The bundle of SSL_CERT_FILE, or else the system's, and what COG_CA_CERT adds to it: a
 * file, a folder of .pem, .crt and .cer files, PEM text, or PEM text in base64. */
#ifndef COG_SUBMIT_CERTIFICATES_H
#define COG_SUBMIT_CERTIFICATES_H

#include "base/diag.h"

/* Returns 0 with the PEM text, which the caller frees, in `*text` (NULL: this machine has
 * none), or -1 after ca.invalid, file.missing or file.unreadable. */
int cog_certificates_load(char **text, struct cog_diags *diags);

/* Writes the certificates of COG_CA_CERT alone to a new folder, each to a file of its own
 * that ends in ".crt", as Debian's update-ca-certificates wants them. Returns the path, to
 * be given to cog_certificates_remove_take(), or NULL after ca.missing, ca.invalid,
 * file.missing, file.unreadable or machine.write. */
char *cog_certificates_folder(struct cog_diags *diags);

/* Removes such a folder; NULL: there is none. */
void cog_certificates_remove_take(char *folder);

#endif
