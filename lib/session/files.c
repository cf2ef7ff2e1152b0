/* files.c - file sync: sends a folder to the engine (fsutil's DiffCopy, we are the sender).
 *
 *     we:     STAT(0) STAT(1) ... STAT(n-1), STAT without an entry
 *     engine: REQ(id), at any time after STAT(id); we: DATA(id)..., DATA(id) without bytes
 *     engine: FIN; we: FIN, end
 *     both:   ERR with a text
 * Everything is produced when the connection would take more, so memory holds one packet
 * and what is remembered of each entry. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/character.h"
#include "grpc/message.h"
#include "session/entry.h"
#include "session/service.h"

enum {
    CHUNK = 32 << 10, /* of a file, as fsutil sends them */
    BATCH = 100,      /* entries announced at a time */
};

struct sync {
    struct cog_session *session;
    const struct cog_folder *folder;
    struct cog_walk *walk;
    struct cog_entries entries;
    bool listed; /* all entries are announced */
    bool over;   /* FIN or ERR has been said */

    uint32_t *wanted; /* numbers that were asked for; wanted_next is being sent */
    size_t wanted_next, wanted_count, wanted_capacity;
    int fd;       /* of the file being sent, -1: none */
    int64_t left; /* bytes of it that are still to be sent */
};

static void send_packet(struct cog_call *call, Session__Packet__Type type,
                        const Session__Packet *filled)
{
    Session__Packet packet = *filled;

    packet.type = type;
    cog_call_send_message(call, &packet.base);
}

/* Tells the engine that it cannot go on. */
static void end_with_error(struct sync *sync, struct cog_call *call, const char *text)
{
    Session__Packet packet = SESSION__PACKET__INIT;

    packet.data.data = (uint8_t *)text;
    packet.data.len = strlen(text);
    send_packet(call, SESSION__PACKET__TYPE__ERR, &packet);
    sync->over = true;
    cog_call_finish(call, COG_CODE_UNKNOWN, text);
}

/* Tells both sides what is wrong with a file: an errno, or 0 when it is not the file that
 * was announced. */
static void fail(struct sync *sync, struct cog_call *call, const char *path, int reason)
{
    auto_free char *full = cog_printf("%s/%s", sync->folder->path, path);
    bool changed = !reason || reason == ENOENT || reason == ENOTDIR || reason == ELOOP;
    const char *what =
        changed ? "changed or vanished while it was being sent" : strerror(reason);
    auto_free char *text = cog_printf("%s: %s", path, what);

    cog_report(sync->session->diags, COG_ERROR, (struct cog_pos){.file = full},
               changed ? "context.changed" : "file.unreadable", "%s%s", what,
               changed ? "; a log that is written there can be left out by .dockerignore"
                       : "");
    end_with_error(sync, call, text);
}

/* What an image cannot have: a socket, a device or a pipe. */
static bool is_special(mode_t mode)
{
    return !S_ISREG(mode) && !S_ISDIR(mode) && !S_ISLNK(mode);
}

/* The next entry that can be sent: returns 1, 0 after the last one, -1 when the sync cannot
 * go on. */
static int next_entry(struct sync *sync, struct cog_entry *entry)
{
    struct cog_diags *diags = sync->session->diags;
    int found;

    while ((found = cog_walk_next(sync->walk, entry, diags)) > 0) {
        auto_free char *full = cog_printf("%s/%s", sync->folder->path, entry->path);
        const struct cog_pos at = {.file = full};
        bool named =
            cog_is_utf8(entry->path) && (!entry->target || cog_is_utf8(entry->target));
        if (named && !is_special(entry->info.st_mode))
            return 1;
        if (!named)
            return cog_report(diags, COG_ERROR, at, "context.name",
                              "the name, or what the link points to, is not UTF-8, so an "
                              "engine cannot be told of it; rename it, or exclude it by a "
                              "pattern in .dockerignore");
        cog_report(diags, COG_WARNING, at, "context.special",
                   "left out: it is a socket, a device or a pipe");
    }
    return found;
}

/* Announces the next entries, or their end. */
static void announce(struct sync *sync, struct cog_call *call)
{
    struct cog_entry entry;

    for (size_t i = 0; i < BATCH && !sync->listed; i++) {
        Session__Packet packet = SESSION__PACKET__INIT;
        Session__Stat stat;
        int found = next_entry(sync, &entry);
        if (found < 0) {
            end_with_error(sync, call, "a folder cannot be sent");
            return;
        }
        if (found > 0) {
            cog_entries_announce(&sync->entries, &entry, &stat);
            packet.stat = &stat;
        } else {
            sync->listed = true;
        }
        send_packet(call, SESSION__PACKET__TYPE__STAT, &packet);
    }
}

/* Opens the file of the next request. Returns 0, or -1 when the sync is over. */
static int open_next(struct sync *sync, struct cog_call *call)
{
    struct cog_announced *item = &sync->entries.items[sync->wanted[sync->wanted_next]];
    const char *path = sync->entries.paths + item->path;
    struct stat info;

    sync->left = item->size;
    item->size = -1; /* a file is sent once */
    sync->fd = cog_walk_open(sync->walk, path);
    if (sync->fd < 0)
        fail(sync, call, path, errno);
    else if (fstat(sync->fd, &info) < 0 || !S_ISREG(info.st_mode) ||
             info.st_size != sync->left)
        fail(sync, call, path, 0);
    return sync->over ? -1 : 0;
}

/* Reads the next piece, or with all sent one byte more, which must not be there. Returns
 * the bytes for the packet, or -1 when the sync is over. */
static ssize_t read_chunk(struct sync *sync, struct cog_call *call, uint8_t *chunk)
{
    size_t want = sync->left < CHUNK ? (size_t)sync->left : CHUNK;
    const char *path =
        sync->entries.paths + sync->entries.items[sync->wanted[sync->wanted_next]].path;
    ssize_t got = read(sync->fd, chunk, want ? want : 1);

    if (got < 0)
        fail(sync, call, path, errno);
    else if ((got == 0) != (want == 0))
        fail(sync, call, path, 0);
    return sync->over ? -1 : got;
}

/* Sends one packet of the file that is wanted next; returns the bytes of content in it. */
static size_t send_chunk(struct sync *sync, struct cog_call *call)
{
    Session__Packet packet = SESSION__PACKET__INIT;
    uint8_t chunk[CHUNK];

    if (sync->fd < 0 && open_next(sync, call) < 0)
        return 0;
    ssize_t size = read_chunk(sync, call, chunk);
    if (size < 0)
        return 0;
    packet.id = sync->wanted[sync->wanted_next];
    packet.data.data = chunk;
    packet.data.len = (size_t)size;
    send_packet(call, SESSION__PACKET__TYPE__DATA, &packet);
    sync->left -= size;
    sync->session->sent += size;
    if (size == 0) {
        close(sync->fd);
        sync->fd = -1;
        sync->wanted_next++;
    }
    return (size_t)size;
}

static void send_more(void *data, struct cog_call *call)
{
    struct sync *sync = data;

    if (sync->over)
        return;
    /* the engine writes the first files while the last ones are still being found */
    if (!sync->listed)
        announce(sync, call);
    /* several small files at a time, so that each need not travel in a frame of its own */
    for (size_t i = 0, bytes = 0; i < BATCH && bytes < CHUNK && !sync->over &&
                                  sync->wanted_next < sync->wanted_count;
         i++)
        bytes += send_chunk(sync, call);
}

/* Notes a request. A number that was not announced, is no file, or was asked for before
 * ends the call, so the queue is never longer than the list of entries. */
static void want(struct sync *sync, struct cog_call *call, uint32_t id)
{
    if (id >= sync->entries.count || sync->entries.items[id].size < 0) {
        sync->over = true;
        cog_call_finish(call, COG_CODE_INVALID_ARGUMENT, "no such file");
        return;
    }
    if (sync->wanted_count == sync->wanted_capacity) {
        sync->wanted_capacity += sync->wanted_capacity / 2 + 64;
        sync->wanted =
            cog_realloc(sync->wanted, sync->wanted_capacity, sizeof *sync->wanted);
    }
    sync->wanted[sync->wanted_count++] = id;
    cog_call_wake(call);
}

static void take_packet(void *data, struct cog_call *call, const unsigned char *bytes,
                        size_t size)
{
    struct sync *sync = data;
    Session__Packet none = SESSION__PACKET__INIT;
    Session__Packet *packet =
        (void *)cog_message_unpack(&session__packet__descriptor, bytes, size);

    if (sync->over)
        ;
    else if (packet && packet->type == SESSION__PACKET__TYPE__REQ) {
        want(sync, call, packet->id);
    } else if (packet && packet->type == SESSION__PACKET__TYPE__FIN) {
        send_packet(call, SESSION__PACKET__TYPE__FIN, &none);
        sync->over = true;
        cog_call_finish(call, COG_CODE_OK, NULL);
    } else { /* ERR: the engine says why in its answer to the build */
        sync->over = true;
        cog_call_finish(call, COG_CODE_UNKNOWN, "the receiver gave up");
    }
    if (packet)
        cog_message_free(&packet->base);
}

static void take_end(void *data, struct cog_call *call)
{
    struct sync *sync = data;

    sync->over = true;
    cog_call_finish(call, COG_CODE_OK, NULL);
}

static void forget(void *data, struct cog_call *call, const struct cog_status *status)
{
    struct sync *sync = data;

    (void)call, (void)status;
    if (sync->fd >= 0)
        close(sync->fd);
    cog_walk_free(sync->walk);
    cog_entries_release(&sync->entries);
    free(sync->wanted);
    free(sync);
}

static const struct cog_folder *find_folder(const struct cog_session *session,
                                            const char *name)
{
    for (size_t i = 0; name && i < session->folder_count; i++) {
        if (strcmp(session->folders[i].name, name) == 0)
            return &session->folders[i];
    }
    return NULL;
}

void cog_session_send_files(struct cog_session *session, struct cog_call *call)
{
    static const struct cog_call_events events = {
        .message = take_packet,
        .ended = take_end,
        .drained = send_more,
        .closed = forget,
    };
    const char *name = cog_call_metadata(call, "dir-name", 0);
    const struct cog_folder *folder = find_folder(session, name);

    if (!folder) {
        cog_session_report_unnamed(session, "folder", name ? name : "");
        cog_call_finish(call, COG_CODE_NOT_FOUND, "no access allowed to dir");
        return;
    }
    struct cog_walk *walk =
        cog_walk_new(folder->path, &folder->include, &folder->exclude, session->diags);
    if (!walk) {
        cog_call_finish(call, COG_CODE_NOT_FOUND, "cannot read the folder");
        return;
    }
    struct sync *sync = cog_alloc(sizeof *sync);
    sync->session = session;
    sync->folder = folder;
    sync->walk = walk;
    sync->fd = -1;
    cog_call_handle(call, &events, sync);
}
