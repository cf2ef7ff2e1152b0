/* url.h - what URLs are made of. */
#ifndef COG_HTTP_URL_H
#define COG_HTTP_URL_H

#include <stdbool.h>

/* `text` with everything but letters, digits and -._~/ percent-encoded (RFC 3986). The
 * caller frees it. */
char *cog_http_escape(const char *text);

/* Whether "HOST", "HOST:PORT" or "HOST/…" is localhost, 127.0.0.0/8 or [::1]. */
bool cog_is_loopback(const char *host);

#endif
