/* id.h - names that nobody else has. */
#ifndef COG_BUILDKIT_ID_H
#define COG_BUILDKIT_ID_H

/* 25 random digits of base 36, as BuildKit's own clients name builds and sessions. The
 * caller frees it. */
char *cog_random_id(void);

#endif
