/* upgrade.h - a connection that an HTTP exchange has turned into a plain stream of bytes,
 * as the Docker Engine does for what is attached to a container. */
#ifndef COG_HTTP_UPGRADE_H
#define COG_HTTP_UPGRADE_H

#include <stdbool.h>
#include <stddef.h>

#include "http/http.h"

struct cog_upgrade;

/* Sends `request` (its method, URL and where that is; a body is JSON text) with "Upgrade:
 * tcp" and waits for the head of the answer, at most 30 seconds. Returns its status; 101
 * and 200 come with
 * `*stream`, which the caller frees. 0: there was no answer, and `*error` says why; the
 * caller frees that. */
long cog_upgrade_open(struct cog_upgrade **stream, const struct cog_http_request *request,
                      char **error);
void cog_upgrade_free(struct cog_upgrade *stream);

/* What to poll. More may be there to read than the descriptor tells: read until there is
 * nothing. */
int cog_upgrade_fd(const struct cog_upgrade *stream);

/* Both return how many bytes, 0 when there is nothing to read or no room to write, or -1 at
 * the end of the stream or when it is broken. Neither blocks. */
long cog_upgrade_read(struct cog_upgrade *stream, char *bytes, size_t size);
long cog_upgrade_write(struct cog_upgrade *stream, const char *bytes, size_t size);

/* Tells the other side that no more will be written; over TLS by an alert (RFC 8446 6.1),
 * where libcurl has OpenSSL. */
void cog_upgrade_finish(struct cog_upgrade *stream);

#endif
