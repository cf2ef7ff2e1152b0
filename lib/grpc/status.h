/* status.h - how a call ended: gRPC's status codes and texts.
 *
 * Source: grpc/doc/statuscodes.md and PROTOCOL-HTTP2.md ("Responses"). */
#ifndef COG_GRPC_STATUS_H
#define COG_GRPC_STATUS_H

enum cog_code {
    COG_CODE_OK = 0,
    COG_CODE_CANCELLED = 1,
    COG_CODE_UNKNOWN = 2,
    COG_CODE_INVALID_ARGUMENT = 3,
    COG_CODE_NOT_FOUND = 5,
    COG_CODE_ALREADY_EXISTS = 6,
    COG_CODE_RESOURCE_EXHAUSTED = 8,
    COG_CODE_UNIMPLEMENTED = 12,
    COG_CODE_INTERNAL = 13,
    COG_CODE_UNAVAILABLE = 14,
};

struct cog_status {
    int code;      /* enum cog_code or another number of the peer's */
    char *message; /* UTF-8; never NULL once the call has ended */
    char *details; /* grpc-status-details-bin as sent (base64), or NULL */
};

void cog_status_release(struct cog_status *status);

/* The text of a grpc-message header: UTF-8 with all but printable ASCII, and "%", written
 * as %XX. The caller frees the result. */
char *cog_status_encode(const char *message);

/* The reverse. What is not %XX stays as it is. The caller frees the result. */
char *cog_status_decode(const char *text);

#endif
