/* session.c - which service answers a call. */
#include "session/session.h"

#include <string.h>

#include "session/service.h"

static const struct service {
    const char *method;
    void (*start)(struct cog_session *session, struct cog_call *call);
} services[] = {
    {"/grpc.health.v1.Health/Check", cog_session_check_health},
    {"/moby.filesync.v1.FileSync/DiffCopy", cog_session_send_files},
    {"/moby.filesync.v1.FileSend/DiffCopy", cog_session_receive},
    {"/moby.filesync.v1.Auth/Credentials", cog_session_give_credentials},
    {"/moby.buildkit.secrets.v1.Secrets/GetSecret", cog_session_give_secret},
    {"/moby.sshforward.v1.SSH/CheckAgent", cog_session_check_agent},
    {"/moby.sshforward.v1.SSH/ForwardAgent", cog_session_forward_agent},
    {"/containerd.services.content.v1.Content/Info", cog_session_describe_blob},
    {"/containerd.services.content.v1.Content/Read", cog_session_read_blob},
    {"/containerd.services.content.v1.Content/Write", cog_session_write_blob},
};

void cog_session_call(void *session, struct cog_call *call, const char *method)
{
    for (size_t i = 0; i < sizeof services / sizeof *services; i++) {
        if (strcmp(method, services[i].method) == 0)
            services[i].start(session, call);
    }
}

size_t cog_session_poll(const struct cog_session *session,
                        struct pollfd polls[COG_SESSION_MAX_POLLS])
{
    size_t count = cog_session_poll_agents(session, polls);

    return count + cog_session_poll_sinks(session, polls + count);
}

void cog_session_advance(struct cog_session *session)
{
    cog_session_advance_agents(session);
    cog_session_advance_sinks(session);
}

const char *cog_session_method(size_t index)
{
    return index < sizeof services / sizeof *services ? services[index].method : NULL;
}
