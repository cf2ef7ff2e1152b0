/* signals.h - signals that ask the program to end, as a descriptor to wait for. */
#ifndef COG_HTTP_SIGNALS_H
#define COG_HTTP_SIGNALS_H

#include <stdbool.h>

/* Blocks SIGINT, SIGTERM and SIGHUP; the descriptor, which the caller closes, is readable
 * once one has come. -1, and nothing is blocked, when there are no descriptors left. */
int cog_signals_watch(void);

/* Whether one has come. It stays unread, so that all that follows is interrupted as well.
 */
bool cog_signals_pending(int fd);

#endif
