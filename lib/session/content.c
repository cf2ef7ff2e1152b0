/* content.c - the blobs of caches in folders (containerd's content service, of which
 * BuildKit's caches use three methods).
 *
 *     Info:  is it there, and how large
 *     Read:  a part of it, in pieces
 *     Write: STAT, then WRITE of piece after piece, then COMMIT; each is answered with what
 *            there is by now. What is there already: ALREADY_EXISTS. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "grpc/message.h"
#include "session.pb-c.h"
#include "session/blobs.h"
#include "session/service.h"

enum {
    CHUNK = 256 << 10,            /* of an answer to Read */
    MAX_WRITE = (8 << 20) + 4096, /* a piece, as containerd's client cuts them */
};

/* The store that the engine names by `id`, if the build has it; NULL: it has not. */
static const struct cog_store *find_store(const struct cog_session *session, const char *id,
                                          bool to_write)
{
    for (size_t i = 0; id && strncmp(id, "local:", 6) == 0 && i < session->store_count; i++)
        if (strcmp(session->stores[i].path, id + 6) == 0 &&
            session->stores[i].writable >= to_write)
            return &session->stores[i];
    return NULL;
}

static void refuse(struct cog_call *call, int reason)
{
    cog_call_finish(call, reason == ENOENT ? COG_CODE_NOT_FOUND : COG_CODE_UNKNOWN,
                    strerror(reason));
}

/* One call, of any of the methods. */
struct access {
    struct cog_session *session;
    const struct cog_store *store;
    int fd; /* of what is read, -1: none */
    int64_t offset, left;
    struct cog_blob_writer writer;
    bool over;
};

static void take_info(void *data, struct cog_call *call, const unsigned char *bytes,
                      size_t size)
{
    struct access *access = data;
    Session__InfoRequest *question =
        (void *)cog_message_unpack(&session__info_request__descriptor, bytes, size);
    Session__InfoResponse reply = SESSION__INFO_RESPONSE__INIT;
    Session__ContentInfo info = SESSION__CONTENT_INFO__INIT;

    if (!question) {
        refuse(call, EINVAL);
        return;
    }
    auto_close int fd = cog_blob_open(access->store->path, question->digest, &info.size);
    if (fd < 0) {
        refuse(call, errno);
    } else {
        info.digest = question->digest;
        reply.info = &info;
        cog_call_send_message(call, &reply.base);
        cog_call_finish(call, COG_CODE_OK, NULL);
    }
    cog_message_free(&question->base);
}

static void take_read(void *data, struct cog_call *call, const unsigned char *bytes,
                      size_t size)
{
    struct access *access = data;
    Session__ReadContentRequest *question =
        (void *)cog_message_unpack(&session__read_content_request__descriptor, bytes, size);
    int64_t length;

    if (!question || access->fd >= 0 || question->offset < 0 || question->size < 0) {
        access->over = true;
        refuse(call, EINVAL);
    } else if ((access->fd =
                    cog_blob_open(access->store->path, question->digest, &length)) < 0 ||
               question->offset > length) {
        access->over = true;
        refuse(call, access->fd < 0 ? errno : EINVAL);
    } else {
        access->offset = question->offset;
        access->left = length - question->offset;
        if (question->size && question->size < access->left)
            access->left = question->size;
        cog_call_wake(call);
    }
    if (question)
        cog_message_free(&question->base);
}

static void read_more(void *data, struct cog_call *call)
{
    struct access *access = data;
    Session__ReadContentResponse reply = SESSION__READ_CONTENT_RESPONSE__INIT;
    size_t want = access->left < CHUNK ? (size_t)access->left : CHUNK;

    if (access->fd < 0 || access->over)
        return;
    auto_free unsigned char *chunk = cog_alloc(CHUNK);
    ssize_t got = want ? pread(access->fd, chunk, want, access->offset) : 0;
    access->over = got <= 0;
    if (got < 0 || (got == 0 && want)) {
        refuse(call, got < 0 ? errno : EIO);
    } else if (got == 0) {
        cog_call_finish(call, COG_CODE_OK, NULL);
    } else {
        reply.offset = access->offset;
        reply.data.data = chunk;
        reply.data.len = (size_t)got;
        cog_call_send_message(call, &reply.base);
        access->offset += got;
        access->left -= got;
    }
}

/* A folder that cannot be written to fails the build, though the engine may not mind. */
static void fail(struct access *access, struct cog_call *call, int reason)
{
    access->over = true;
    if (reason != EBADMSG && reason != EINVAL)
        cog_report(access->session->diags, COG_ERROR,
                   (struct cog_pos){.file = access->store->path}, "output.write", "%s",
                   strerror(reason));
    refuse(call, reason);
}

/* Returns 0, or -1 when the call has ended. */
static int begin(struct access *access, struct cog_call *call,
                 const Session__WriteContentRequest *question)
{
    int64_t size;
    auto_close int fd = *question->expected
                            ? cog_blob_open(access->store->path, question->expected, &size)
                            : -1;

    if (fd >= 0) {
        access->over = true;
        cog_call_finish(call, COG_CODE_ALREADY_EXISTS, "it is there");
        return -1;
    }
    if (cog_blob_begin(&access->writer, access->store->path) == 0)
        return 0;
    fail(access, call, errno);
    return -1;
}

/* What the action asks for. Returns 0, or -1 with errno; `*digest` is the caller's to free.
 */
static int write_piece(struct access *access, const Session__WriteContentRequest *question,
                       char **digest)
{
    struct cog_blob_writer *writer = &access->writer;
    bool commits = question->action == SESSION__WRITE_CONTENT_REQUEST__ACTION__COMMIT;

    if (question->action == SESSION__WRITE_CONTENT_REQUEST__ACTION__STAT)
        return 0;
    if (question->offset != writer->size || !writer->hash) {
        errno = EINVAL; /* out of turn */
        return -1;
    }
    if (cog_blob_write(writer, question->data.data, question->data.len) < 0)
        return -1;
    if (commits && question->total > 0 && question->total != writer->size) {
        errno = EBADMSG;
        return -1;
    }
    return commits ? cog_blob_commit(writer, question->expected, digest) : 0;
}

static void take_write(void *data, struct cog_call *call, const unsigned char *bytes,
                       size_t size)
{
    struct access *access = data;
    Session__WriteContentRequest *question = (void *)cog_message_unpack(
        &session__write_content_request__descriptor, bytes, size);
    Session__WriteContentResponse reply = SESSION__WRITE_CONTENT_RESPONSE__INIT;
    auto_free char *digest = NULL;

    if (!question)
        fail(access, call, EINVAL);
    else if (!access->over &&
             (access->writer.folder || begin(access, call, question) == 0)) {
        if (write_piece(access, question, &digest) < 0) {
            fail(access, call, errno);
        } else {
            reply.action = question->action;
            reply.offset = access->writer.size;
            reply.total = question->total;
            if (digest)
                reply.digest = digest;
            cog_call_send_message(call, &reply.base);
        }
    }
    if (question)
        cog_message_free(&question->base);
}

static void take_end(void *data, struct cog_call *call)
{
    struct access *access = data;

    if (!access->over)
        cog_call_finish(call, COG_CODE_OK, NULL);
    access->over = true;
}

static void forget(void *data, struct cog_call *call, const struct cog_status *status)
{
    struct access *access = data;

    (void)call, (void)status;
    if (access->fd >= 0)
        (void)close(access->fd);
    cog_blob_release(&access->writer);
    free(access);
}

static void start(struct cog_session *session, struct cog_call *call, bool to_write,
                  const struct cog_call_events *events)
{
    const char *id = cog_call_metadata(call, "buildkit-attachable-store-id", 0);
    const struct cog_store *store = find_store(session, id, to_write);

    if (!store) {
        cog_session_report_unnamed(session,
                                   to_write ? "content store to write to" : "content store",
                                   id ? id : "");
        cog_call_finish(call, COG_CODE_NOT_FOUND, "this build has no such store");
        return;
    }
    struct access *access = cog_alloc(sizeof *access);
    *access =
        (struct access){.session = session, .store = store, .fd = -1, .writer.fd = -1};
    cog_call_handle(call, events, access);
}

void cog_session_describe_blob(struct cog_session *session, struct cog_call *call)
{
    static const struct cog_call_events events = {.message = take_info, .closed = forget};

    start(session, call, false, &events);
}

void cog_session_read_blob(struct cog_session *session, struct cog_call *call)
{
    static const struct cog_call_events events = {
        .message = take_read, .drained = read_more, .closed = forget};

    start(session, call, false, &events);
}

void cog_session_write_blob(struct cog_session *session, struct cog_call *call)
{
    static const struct cog_call_events events = {
        .message = take_write, .ended = take_end, .closed = forget};

    cog_call_limit(call, MAX_WRITE);
    start(session, call, true, &events);
}
