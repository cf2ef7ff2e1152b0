/* agent.c - SSH agents: a build's command talks with one of this machine.
 *
 * Of what an agent can do, commands get what they need to log in somewhere: the list of
 * keys and signatures. Everything else, such as removing a key, is answered with a failure
 * here, as BuildKit's own client does (session/sshforward/sshprovider).
 *
 * Messages: a length of four bytes, big-endian, then a type and what belongs to it
 * (draft-miller-ssh-agent). One question at a time goes to the agent, so that answers keep
 * their order. */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "grpc/message.h"
#include "session.pb-c.h"
#include "session/service.h"

enum {
    MAX_MESSAGE = 256 << 10, /* OpenSSH's AGENT_MAX_LEN */
    PREFIX = 4,
    REQUEST_IDENTITIES = 11,
    SIGN_REQUEST = 13,
};

/* Bytes of one direction that are not yet a whole message, or not yet passed on. */
struct buffer {
    unsigned char *bytes;
    size_t size;
};

struct cog_forward {
    struct cog_forward *next;
    struct cog_session *session;
    struct cog_call *call;
    int fd;
    struct buffer questions, answers;
    size_t unsent; /* bytes of the first question that the agent has not got yet */
    bool waiting;  /* for the answer to it */
};

static void append(struct buffer *buffer, const void *bytes, size_t size)
{
    buffer->bytes = cog_realloc(buffer->bytes, buffer->size + size, 1);
    memcpy(buffer->bytes + buffer->size, bytes, size);
    buffer->size += size;
}

static void drop(struct buffer *buffer, size_t size)
{
    buffer->size -= size;
    memmove(buffer->bytes, buffer->bytes + size, buffer->size);
}

/* The size of the first message, with its prefix; 0: it is not there yet, or too long. */
static size_t message_size(const struct buffer *buffer)
{
    const unsigned char *b = buffer->bytes;

    if (buffer->size < PREFIX)
        return 0;
    size_t size = (size_t)b[0] << 24 | (size_t)b[1] << 16 | (size_t)b[2] << 8 | b[3];
    return size <= MAX_MESSAGE && buffer->size >= PREFIX + size ? PREFIX + size : 0;
}

static bool too_long(const struct buffer *buffer)
{
    return buffer->size >= PREFIX + MAX_MESSAGE && message_size(buffer) == 0;
}

static void answer(struct cog_forward *f, const void *bytes, size_t size)
{
    Session__BytesMessage message = SESSION__BYTES_MESSAGE__INIT;

    message.data.data = (uint8_t *)bytes;
    message.data.len = size;
    cog_call_send_message(f->call, &message.base);
}

/* Ends the talk; nothing is polled any more. */
static void hang_up(struct cog_forward *f, enum cog_code code, const char *reason)
{
    if (f->fd >= 0)
        close(f->fd);
    f->fd = -1;
    cog_call_finish(f->call, code, reason);
}

/* Takes up the next question, when none is open. */
static void take_question(struct cog_forward *f)
{
    static const unsigned char failure[] = {0, 0, 0, 1, 5};
    size_t size;

    while (!f->waiting && (size = message_size(&f->questions)) > 0) {
        unsigned char type = size > PREFIX ? f->questions.bytes[PREFIX] : 0;
        if (type == REQUEST_IDENTITIES || type == SIGN_REQUEST) {
            f->waiting = true;
            f->unsent = size;
        } else {
            answer(f, failure, sizeof failure);
            drop(&f->questions, size);
        }
    }
    if (too_long(&f->questions))
        hang_up(f, COG_CODE_INVALID_ARGUMENT, "not a message of an SSH agent client");
}

static void write_question(struct cog_forward *f)
{
    ssize_t size = send(f->fd, f->questions.bytes, f->unsent, MSG_NOSIGNAL);

    if (size < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (size < 0) {
        hang_up(f, COG_CODE_UNAVAILABLE, "the SSH agent went away");
        return;
    }
    drop(&f->questions, (size_t)size);
    f->unsent -= (size_t)size;
}

static void read_answer(struct cog_forward *f)
{
    unsigned char bytes[16 << 10];
    ssize_t got = recv(f->fd, bytes, sizeof bytes, 0);
    size_t size;

    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (got <= 0) {
        hang_up(f, COG_CODE_UNAVAILABLE, "the SSH agent went away");
        return;
    }
    append(&f->answers, bytes, (size_t)got);
    while ((size = message_size(&f->answers)) > 0) {
        answer(f, f->answers.bytes, size);
        drop(&f->answers, size);
        f->waiting = false;
    }
    if (too_long(&f->answers))
        hang_up(f, COG_CODE_UNAVAILABLE, "the SSH agent answers with something else");
    else
        take_question(f);
}

static void take_bytes(void *data, struct cog_call *call, const unsigned char *bytes,
                       size_t size)
{
    struct cog_forward *f = data;
    Session__BytesMessage *message =
        (void *)cog_message_unpack(&session__bytes_message__descriptor, bytes, size);

    (void)call;
    if (message && message->data.len && f->fd >= 0) {
        append(&f->questions, message->data.data, message->data.len);
        take_question(f);
    }
    if (message)
        cog_message_free(&message->base);
}

static void take_end(void *data, struct cog_call *call)
{
    (void)call;
    hang_up(data, COG_CODE_OK, NULL);
}

static void forget(void *data, struct cog_call *call, const struct cog_status *status)
{
    struct cog_forward *f = data, **link = &f->session->forwards;

    (void)call, (void)status;
    while (*link != f)
        link = &(*link)->next;
    *link = f->next;
    if (f->fd >= 0)
        close(f->fd);
    free(f->questions.bytes);
    free(f->answers.bytes);
    free(f);
}

size_t cog_session_poll_agents(const struct cog_session *session, struct pollfd *polls)
{
    size_t count = 0;

    for (const struct cog_forward *f = session->forwards; f; f = f->next)
        if (f->fd >= 0)
            polls[count++] = (struct pollfd){
                .fd = f->fd, .events = f->unsent ? POLLIN | POLLOUT : POLLIN};
    return count;
}

void cog_session_advance_agents(struct cog_session *session)
{
    for (struct cog_forward *f = session->forwards; f; f = f->next) {
        if (f->fd >= 0 && f->unsent)
            write_question(f);
        if (f->fd >= 0)
            read_answer(f);
    }
}

/* Returns a socket, or -1. */
static int connect_agent(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    if (strlen(path) < sizeof address.sun_path)
        memcpy(address.sun_path, path, strlen(path) + 1);
    if (fd >= 0 && *address.sun_path &&
        connect(fd, (struct sockaddr *)&address, sizeof address) == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

static const struct cog_agent *find_agent(const struct cog_session *session, const char *id)
{
    for (size_t i = 0; i < session->agent_count; i++)
        if (strcmp(session->agents[i].id, id && *id ? id : "default") == 0)
            return &session->agents[i];
    return NULL;
}

static void take_check(void *data, struct cog_call *call, const unsigned char *bytes,
                       size_t size)
{
    Session__CheckAgentRequest *question =
        (void *)cog_message_unpack(&session__check_agent_request__descriptor, bytes, size);
    Session__CheckAgentResponse there = SESSION__CHECK_AGENT_RESPONSE__INIT;

    if (question && find_agent(data, question->id)) {
        cog_call_send_message(call, &there.base);
        cog_call_finish(call, COG_CODE_OK, NULL);
    } else {
        const char *id = question ? question->id : "";
        const struct cog_session *session = data;
        if (!cog_session_is_named(json_object_get(session->named, "ssh"), id))
            cog_session_report_unnamed(data, "SSH agent", id);
        auto_free char *message = cog_printf("SSH agent %s: not found", id);
        cog_call_finish(call, COG_CODE_NOT_FOUND, message);
    }
    if (question)
        cog_message_free(&question->base);
}

void cog_session_check_agent(struct cog_session *session, struct cog_call *call)
{
    static const struct cog_call_events events = {.message = take_check};

    cog_call_handle(call, &events, session);
}

void cog_session_forward_agent(struct cog_session *session, struct cog_call *call)
{
    static const struct cog_call_events events = {
        .message = take_bytes, .ended = take_end, .closed = forget};
    const struct cog_agent *agent =
        find_agent(session, cog_call_metadata(call, "buildkit.ssh.id", 0));
    size_t count = 0;
    int fd = agent ? connect_agent(agent->socket) : -1;

    for (const struct cog_forward *f = session->forwards; f; f = f->next)
        count++;
    if (fd < 0 || count == COG_SESSION_MAX_FORWARDS) {
        if (fd >= 0)
            close(fd);
        cog_call_finish(call, COG_CODE_UNAVAILABLE, "no SSH agent is available");
        return;
    }
    struct cog_forward *f = cog_alloc(sizeof *f);
    *f = (struct cog_forward){
        .next = session->forwards, .session = session, .call = call, .fd = fd};
    session->forwards = f;
    cog_call_handle(call, &events, f);
}
