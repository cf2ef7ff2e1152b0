/* receiver.c - takes a folder's entries from the engine (fsutil's DiffCopy).
 *
 *     engine: STAT(0) STAT(1) ... STAT(n-1), STAT without an entry
 *     we:     REQ(id) for every file; engine: DATA(id)..., DATA(id) without bytes
 *     we:     FIN, when all is there
 * The engine answers FIN and then resets the call: FIN is success. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "grpc/message.h"
#include "session.pb-c.h"
#include "session/folder.h"
#include "session/inflow.h"

enum {
    MAX_OPEN = 32, /* files that are asked for at a time */
};

/* A file that is to come, or a second name of one. */
struct expected {
    struct expected *next;
    Session__Packet *packet; /* that has announced it */
    uint32_t id;
    int fd; /* -1: it has not been asked for */
};

struct cog_receiver {
    struct expected *names, **last_name; /* second names, made when all files are there */
    struct cog_inflow *flow;
    int folder;
    uint32_t count;                 /* of entries */
    struct expected *first, **last; /* in the order of their numbers */
    size_t open;                    /* of them, asked for */
    bool listed;
};

void cog_inflow_fail(struct cog_inflow *flow)
{
    flow->ended = true;
    cog_call_finish(flow->call, COG_CODE_UNKNOWN, "the client cannot take it");
}

static void say(struct cog_receiver *receiver, Session__Packet__Type type, uint32_t id)
{
    Session__Packet packet = SESSION__PACKET__INIT;

    packet.type = type;
    packet.id = id;
    cog_call_send_message(receiver->flow->call, &packet.base);
}

static void fail(struct cog_receiver *receiver, const char *path, int reason)
{
    auto_free char *full = cog_printf("%s/%s", receiver->flow->sink->folder, path);

    cog_report(receiver->flow->session->diags, reason == EINVAL ? COG_FAILURE : COG_ERROR,
               (struct cog_pos){.file = full}, "output.write", "%s",
               reason == EINVAL ? "the engine gives a name that leads out of the folder"
                                : strerror(reason));
    cog_inflow_fail(receiver->flow);
}

struct cog_receiver *cog_receiver_new(struct cog_inflow *flow)
{
    int folder = cog_folder_open(flow->sink->folder);

    if (folder < 0) {
        cog_report(flow->session->diags, COG_ERROR,
                   (struct cog_pos){.file = flow->sink->folder}, "output.write", "%s",
                   strerror(errno));
        return NULL;
    }
    struct cog_receiver *receiver = cog_alloc(sizeof *receiver);
    *receiver = (struct cog_receiver){.flow = flow, .folder = folder};
    receiver->last = &receiver->first;
    receiver->last_name = &receiver->names;
    return receiver;
}

/* Takes the file off the list that ends at `*last`. */
static void drop(struct expected **link, struct expected ***last)
{
    struct expected *file = *link;

    *link = file->next;
    if (*last == &file->next)
        *last = link;
    if (file->fd >= 0)
        (void)close(file->fd);
    cog_message_free(&file->packet->base);
    free(file);
}

void cog_receiver_free(struct cog_receiver *receiver)
{
    if (!receiver)
        return;
    while (receiver->first)
        drop(&receiver->first, &receiver->last);
    while (receiver->names)
        drop(&receiver->names, &receiver->last_name);
    (void)close(receiver->folder);
    free(receiver);
}

/* All files are there. */
static void end(struct cog_receiver *receiver)
{
    while (receiver->names) {
        const Session__Stat *stat = receiver->names->packet->stat;
        if (cog_folder_make(receiver->folder, stat) < 0) {
            fail(receiver, stat->path, errno);
            return;
        }
        drop(&receiver->names, &receiver->last_name);
    }
    say(receiver, SESSION__PACKET__TYPE__FIN, 0);
}

/* Asks for the next files, as many as may be open; with none left says so. */
static void ask(struct cog_receiver *receiver)
{
    for (struct expected *file = receiver->first; file && receiver->open < MAX_OPEN;
         file = file->next) {
        if (file->fd >= 0)
            continue;
        file->fd = cog_folder_make(receiver->folder, file->packet->stat);
        if (file->fd < 0) {
            fail(receiver, file->packet->stat->path, errno);
            return;
        }
        receiver->open++;
        say(receiver, SESSION__PACKET__TYPE__REQ, file->id);
    }
    if (receiver->listed && !receiver->first)
        end(receiver);
}

/* Adds a file to the list that ends at `*last`; it takes the packet over. */
static void expect(struct expected ***last, Session__Packet *packet, uint32_t id)
{
    struct expected *file = cog_alloc(sizeof *file);

    *file = (struct expected){.packet = packet, .id = id, .fd = -1};
    **last = file;
    *last = &file->next;
}

/* Takes over the packet. */
static void take_entry(struct cog_receiver *receiver, Session__Packet *packet)
{
    const Session__Stat *stat = packet->stat;
    uint32_t id = receiver->count++;

    if (stat && !(stat->mode >> 24)) {
        expect(*stat->linkname ? &receiver->last_name : &receiver->last, packet, id);
    } else {
        receiver->listed = !stat;
        if (stat && cog_folder_make(receiver->folder, stat) < 0)
            fail(receiver, stat->path, errno);
        cog_message_free(&packet->base);
    }
    if (!receiver->flow->ended)
        ask(receiver);
}

static struct expected **find(struct cog_receiver *receiver, uint32_t id)
{
    struct expected **link = &receiver->first;

    while (*link && ((*link)->id != id || (*link)->fd < 0))
        link = &(*link)->next;
    return link;
}

static int write_all(int fd, ProtobufCBinaryData data)
{
    for (size_t done = 0; done < data.len;) {
        ssize_t size = write(fd, data.data + done, data.len - done);
        if (size < 0)
            return -1;
        done += (size_t)size;
    }
    return 0;
}

static void take_content(struct cog_receiver *receiver, const Session__Packet *packet)
{
    struct expected **link = find(receiver, packet->id), *file = *link;

    if (!file) {
        fail(receiver, "", EINVAL);
        return;
    }
    int failed = write_all(file->fd, packet->data);
    if (!failed && packet->data.len > 0)
        return;
    if (!failed) {
        failed = cog_folder_finish(file->fd, file->packet->stat);
        file->fd = -1;
    }
    if (failed)
        fail(receiver, file->packet->stat->path, errno);
    drop(link, &receiver->last);
    receiver->open--;
    if (!failed)
        ask(receiver);
}

void cog_receiver_take(struct cog_receiver *receiver, const unsigned char *bytes,
                       size_t size)
{
    Session__Packet *packet =
        (void *)cog_message_unpack(&session__packet__descriptor, bytes, size);

    if (packet && packet->type == SESSION__PACKET__TYPE__STAT && !receiver->listed) {
        take_entry(receiver, packet);
        return;
    }
    if (packet && packet->type == SESSION__PACKET__TYPE__DATA) {
        take_content(receiver, packet);
    } else if (packet && packet->type == SESSION__PACKET__TYPE__FIN) {
        cog_call_finish(receiver->flow->call, COG_CODE_OK, NULL);
    } else { /* ERR: the engine says why in its answer to the build */
        cog_inflow_fail(receiver->flow);
    }
    if (packet)
        cog_message_free(&packet->base);
}
