/* socket.h - connecting to an engine. */
#ifndef COG_BUILDKIT_SOCKET_H
#define COG_BUILDKIT_SOCKET_H

/* Both return a non-blocking descriptor that the caller closes, or -1 with `*reason` in
 * static storage. */
int cog_socket_unix(const char *path, const char **reason);

/* Tries all addresses of the host, up to 10 seconds each. */
int cog_socket_tcp(const char *host, const char *port, const char **reason);

#endif
