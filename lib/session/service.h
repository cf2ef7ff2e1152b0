/* service.h - the services of a session, as session.c knows them. */
#ifndef COG_SESSION_SERVICE_H
#define COG_SESSION_SERVICE_H

#include "grpc/call.h"
#include "session/session.h"

/* Each takes the call. */
void cog_session_check_health(struct cog_session *session, struct cog_call *call);
void cog_session_give_secret(struct cog_session *session, struct cog_call *call);
void cog_session_give_credentials(struct cog_session *session, struct cog_call *call);
void cog_session_send_files(struct cog_session *session, struct cog_call *call);
void cog_session_check_agent(struct cog_session *session, struct cog_call *call);
void cog_session_forward_agent(struct cog_session *session, struct cog_call *call);
void cog_session_receive(struct cog_session *session, struct cog_call *call);
void cog_session_describe_blob(struct cog_session *session, struct cog_call *call);
void cog_session_read_blob(struct cog_session *session, struct cog_call *call);
void cog_session_write_blob(struct cog_session *session, struct cog_call *call);

/* Warns that the engine asked for what the build does not name. */
void cog_session_report_unnamed(struct cog_session *session, const char *what,
                                const char *name);

/* What cog_session_poll() and cog_session_advance() do, of each kind. */
size_t cog_session_poll_agents(const struct cog_session *session, struct pollfd *polls);
size_t cog_session_poll_sinks(const struct cog_session *session, struct pollfd *polls);
void cog_session_advance_agents(struct cog_session *session);
void cog_session_advance_sinks(struct cog_session *session);

#endif
