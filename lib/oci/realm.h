/* realm.h - which token servers get a registry's credentials.
 *
 * A registry names its token server in a challenge, so whoever controls its answer could
 * name any. */
#ifndef COG_OCI_REALM_H
#define COG_OCI_REALM_H

#include <stdbool.h>

enum cog_realm {
    COG_REALM_REFUSED,   /* nothing may be asked of it */
    COG_REALM_ANONYMOUS, /* it may be asked, but without credentials */
    COG_REALM_TRUSTED,   /* it gets the registry's credentials */
};

/* Judges the URL `realm` that the registry `host` ("ghcr.io", "10.0.0.1:5000") has named.
 * Over https it is trusted when it is the registry's host, on whatever port, belongs to the
 * same registrable name, or is listed in `trusted`: "REGISTRY=HOST,REGISTRY=HOST" or NULL.
 * Over http it is refused unless the registry is `insecure` by configuration, and trusted
 * only when it is the registry's host. */
enum cog_realm cog_realm_judge(const char *realm, const char *host, bool insecure,
                               const char *trusted);

#endif
