/* command.h - a command whose standard input and output are a connection. */
#ifndef COG_BUILDKIT_COMMAND_H
#define COG_BUILDKIT_COMMAND_H

#include <sys/types.h>

struct cog_client_command {
    pid_t child; /* 0: none */
    int log;     /* a file with what it writes to stderr, or -1 */
};

/* Starts the command, in a process group of its own, so that an interrupt of the terminal
 * does not end it before the build is cancelled. Returns the other end of a socket pair, to
 * be closed by the caller, or -1 with `*reason` in static storage. */
int cog_client_command_start(struct cog_client_command *command, char *const *argv,
                             const char **reason);

/* The last line that the command has written to stderr, "" for none. The caller frees it.
 */
char *cog_client_command_complaint(const struct cog_client_command *command);

/* Waits for the end of the command, whose connection has been closed, and ends it if it
 * does not by itself. */
void cog_client_command_release(struct cog_client_command *command);

#endif
