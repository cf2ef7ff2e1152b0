/* media.h - files as data URLs (RFC 2397), and media types by the extensions of names. */
#ifndef COG_PREDICT_MEDIA_H
#define COG_PREDICT_MEDIA_H

#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"

/* The file's content as a base64 data URL with the media type of its extension. The caller
 * frees it; NULL after file.missing, file.unreadable or doc.size (over 512 MiB). */
char *cog_media_read(const char *path, struct cog_diags *diags);

bool cog_media_is_data(const char *url);

/* The bytes of a data URL, which the caller frees; NULL when it is not one or is broken. */
unsigned char *cog_media_decode(const char *url, size_t *size);

/* The extension for a data URL's media type, "png"; "bin" when there is none. Static. */
const char *cog_media_extension(const char *url);

#endif
