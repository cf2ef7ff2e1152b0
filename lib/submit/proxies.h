/* proxies.h - the proxies of this machine. */
#ifndef COG_SUBMIT_PROXIES_H
#define COG_SUBMIT_PROXIES_H

#include <jansson.h>

/* What http_proxy, https_proxy, ftp_proxy, no_proxy and all_proxy say, or the same in
 * capitals: an object of those that are set, by name in lower case; a new reference. */
json_t *cog_proxies(void);

#endif
