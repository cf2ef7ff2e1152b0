/* id.h - names that nobody else has. */
#ifndef COG_BUILDKIT_ID_H
#define COG_BUILDKIT_ID_H

/* 25 random digits of base 36, as BuildKit's own clients name builds and sessions. The
 * caller frees it. */
char *cog_random_id(void);

/* A UUID of version 7 (RFC 9562 5.7): the time first, then chance. The caller frees it. */
char *cog_time_id(void);

#endif
