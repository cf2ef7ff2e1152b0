/* format.h - the formats that are checked. */
#ifndef COG_SCHEMA_FORMAT_H
#define COG_SCHEMA_FORMAT_H

#include <stdbool.h>

typedef bool cog_format_check(const char *text);

/* hostname (RFC 1123), ipv4, ipv6 (RFC 4291): what a policy about registries and addresses
 * asks for and a pattern says badly; json-pointer (RFC 6901): what positions are. NULL: no
 * other is supported, as one that were only an annotation would let everything pass. */
cog_format_check *cog_format_find(const char *name);

#endif
