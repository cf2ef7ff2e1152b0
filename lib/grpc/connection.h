/* connection.h - one HTTP/2 connection with gRPC calls on it, as client or as server.
 *
 * A state machine without I/O: bytes that arrived go in, bytes to be written come out.
 * Events come out of cog_connection_receive() and cog_connection_send(); inside an event
 * the functions of call.h may be used, those of this file may not.
 *
 * Source: RFC 9113 and grpc/doc/PROTOCOL-HTTP2.md, through nghttp2. */
#ifndef COG_GRPC_CONNECTION_H
#define COG_GRPC_CONNECTION_H

#include <stdbool.h>
#include <stddef.h>

struct cog_call;
struct cog_connection;

/* A call has arrived at a server. The handler calls cog_call_handle() or
 * cog_call_finish(); a call of which it does neither is answered with UNIMPLEMENTED.
 * `method` is "/package.Service/Method". */
typedef void cog_connection_call(void *data, struct cog_call *call, const char *method);

/* A client. `authority` is the host it speaks to, `tls` how, both for the headers. */
struct cog_connection *cog_connection_client(const char *authority, bool tls);

/* A server; `data` goes to `call`. */
struct cog_connection *cog_connection_server(cog_connection_call *call, void *data);

/* Ends the calls that are still open, as cog_connection_lose() does, then frees. */
void cog_connection_free(struct cog_connection *connection);

/* Takes bytes from the peer. Returns 0, or -1 when they are not HTTP/2. */
int cog_connection_receive(struct cog_connection *connection, const void *bytes,
                           size_t size);

/* The next bytes for the peer, valid until the next call; returns their number, 0 when
 * there are none for now, -1 when the connection is beyond use. */
ptrdiff_t cog_connection_send(struct cog_connection *connection,
                              const unsigned char **bytes);

/* Whether nothing more can come of the connection: the peer has said goodbye. */
bool cog_connection_over(const struct cog_connection *connection);

/* How many frames of settings, headers and data have come; answers to pings do not count.
 */
size_t cog_connection_frames(const struct cog_connection *connection);

/* Asks the peer for a sign of life (RFC 9113, 6.7). */
void cog_connection_ping(struct cog_connection *connection);

/* Ends all open calls with COG_CODE_UNAVAILABLE and `reason`: the bytes have stopped. The
 * connection is beyond use then. */
void cog_connection_lose(struct cog_connection *connection, const char *reason);

#endif
