/* signals.h - signals that ask a program to end, as a descriptor to wait for. */
#ifndef COG_BASE_SIGNALS_H
#define COG_BASE_SIGNALS_H

#include <signal.h>

/* Blocks SIGHUP, SIGINT, SIGPIPE, SIGQUIT and SIGTERM and puts the mask from before into
 * `*before`; SIGHUP stays ignored where it is, as under nohup(1). Returns a descriptor, for
 * the caller to close, that is readable once one has come; -1 when there is none left. */
int cog_signals_watch(sigset_t *before);

/* Takes what has come; returns how many signals ask the program to end. SIGPIPE for a write
 * of its own does not: the write tells. */
unsigned cog_signals_take(int fd);

#endif
