/* session.c - fuzzes what an engine asks a session for: an engine that speaks HTTP/2 as it
 * should, and asks and sends whatever the input says, of files, secrets, credentials,
 * agents, and into an output folder. Nothing may appear outside of that folder. */
#include <dirent.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "grpc/call.h"
#include "grpc/message.h"
#include "session.pb-c.h"
#include "session/session.h"

enum {
    OTHERS = 7, /* methods that are not of the content service */
    CONTENT = 3,
    CALLS = 8,
    OUTPUTS = 2,
};

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* The input, read byte by byte. */
struct reader {
    const uint8_t *bytes;
    size_t size;
};

struct engine {
    struct cog_connection *connection, *client;
    struct cog_call *calls[CALLS];
};

/* The blob that the store has, of no bytes. */
static const char blob[] =
    "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

static char root[] = "/tmp/cog-fuzz-session-XXXXXX";

static uint8_t next(struct reader *from)
{
    if (from->size == 0)
        return 0;
    from->size--;
    return *from->bytes++;
}

/* A piece of the input with its length in front; the caller frees it. */
static char *text(struct reader *from, size_t *size)
{
    size_t length = next(from);

    if (length > from->size)
        length = from->size;
    char *copy = cog_strndup((const char *)from->bytes, length);
    *size = strlen(copy);
    from->bytes += length;
    from->size -= length;
    return copy;
}

static void take_end(void *data, struct cog_call *call, const struct cog_status *status)
{
    struct engine *engine = data;

    (void)status;
    for (size_t i = 0; i < CALLS; i++) {
        if (engine->calls[i] == call)
            engine->calls[i] = NULL;
    }
}

static void settle(struct engine *engine)
{
    const unsigned char *bytes;
    ptrdiff_t size;

    for (bool moved = true; moved;) {
        moved = false;
        while ((size = cog_connection_send(engine->connection, &bytes)) > 0) {
            moved = true;
            (void)cog_connection_receive(engine->client, bytes, (size_t)size);
        }
        while ((size = cog_connection_send(engine->client, &bytes)) > 0) {
            moved = true;
            (void)cog_connection_receive(engine->connection, bytes, (size_t)size);
        }
    }
}

static void start(struct engine *engine, struct reader *from)
{
    static const struct cog_call_events events = {.closed = take_end};
    static const char *const headers[] = {"dir-name", "buildkit.ssh.id",
                                          "buildkit-attachable-exporter-id",
                                          "include-patterns"};
    size_t at = next(from) % CALLS, size;
    uint8_t kind = next(from), header = next(from);
    bool content = kind >= 224;
    const char *method =
        cog_session_method(content ? OTHERS + kind % CONTENT : kind % OTHERS);
    auto_free char *store = cog_printf("local:%s/store", root);
    auto_free char *value = header & 16 ? text(from, &size)
                            : content   ? cog_strdup(store)
                                        : cog_strdup(header & 32 ? "1" : "source");
    const struct cog_metadata metadata[] = {
        {content ? "buildkit-attachable-store-id" : headers[header % 4], value}, {0}};

    if (!engine->calls[at] && !strpbrk(value, "\r\n"))
        engine->calls[at] =
            cog_call_start(engine->connection, method, metadata, &events, engine);
}

static void send_packet(struct cog_call *call, struct reader *from)
{
    Session__Packet packet = SESSION__PACKET__INIT;
    Session__Stat stat = SESSION__STAT__INIT;
    uint8_t kind = next(from);
    size_t size;

    packet.type = (Session__Packet__Type)(kind % 6);
    packet.id = next(from);
    auto_free char *path = text(from, &size), *link = kind & 64 ? text(from, &size) : NULL;
    stat.path = path;
    stat.linkname = link ? link : (char *)"";
    stat.mode = (uint32_t)next(from) << 24 | (uint32_t)next(from) << 16 | 0644;
    stat.size = next(from);
    if (kind & 128)
        packet.stat = &stat;
    packet.data.data = (uint8_t *)path;
    packet.data.len = kind & 32 ? strlen(path) : 0;
    cog_call_send_message(call, &packet.base);
}

/* What the content service is asked. */
static void send_content(struct cog_call *call, struct reader *from)
{
    Session__InfoRequest info = SESSION__INFO_REQUEST__INIT;
    Session__ReadContentRequest read = SESSION__READ_CONTENT_REQUEST__INIT;
    Session__WriteContentRequest write = SESSION__WRITE_CONTENT_REQUEST__INIT;
    ProtobufCMessage *const messages[] = {&info.base, &read.base, &write.base, &write.base};
    uint8_t kind = next(from);
    size_t size;
    auto_free char *piece = text(from, &size);
    char *digest = kind & 4 ? piece : (char *)blob;

    info.digest = read.digest = digest;
    write.expected = kind & 8 ? digest : (char *)"";
    write.action = (Session__WriteContentRequest__Action)(kind / 16 % 4);
    read.offset = write.offset = kind & 64 ? (int8_t)next(from) : 0;
    read.size = write.total = kind & 128 ? (int8_t)next(from) : 0;
    write.data.data = (uint8_t *)piece;
    write.data.len = size;
    cog_call_send_message(call, messages[kind % 4]);
}

static void act(struct engine *engine, struct reader *from)
{
    uint8_t what = next(from);
    struct cog_call *call = engine->calls[what / 8 % CALLS];
    size_t size;

    if (what % 8 == 0)
        start(engine, from);
    else if (!call || what % 8 > 6)
        settle(engine);
    else if (what % 8 == 6)
        send_content(call, from);
    else if (what % 8 == 1) {
        auto_free char *message = text(from, &size);
        cog_call_send(call, message, size);
    } else if (what % 8 < 4)
        send_packet(call, from);
    else if (what % 8 == 4)
        cog_call_end(call);
    else
        cog_call_cancel(call);
}

static void remove_tree(int parent, const char *name)
{
    int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *folder = fd < 0 ? NULL : fdopendir(fd);

    for (struct dirent *entry; folder && (entry = readdir(folder));) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        if (unlinkat(fd, entry->d_name, 0) < 0)
            remove_tree(fd, entry->d_name);
    }
    if (folder)
        closedir(folder);
    (void)unlinkat(parent, name, AT_REMOVEDIR);
}

static void clean(void)
{
    remove_tree(AT_FDCWD, root);
}

/* The folders that inputs are run in, once a process. */
static void set_up(void)
{
    static bool done;

    if (done)
        return;
    done = true;
    if (!mkdtemp(root))
        abort();
    auto_free char *in = cog_printf("%s/in", root), *file = cog_printf("%s/a", in),
                   *outside = cog_printf("%s/outside", root),
                   *link = cog_printf("%s/link", in);
    if (mkdir(in, 0755) < 0)
        abort();
    close(open(file, O_CREAT | O_WRONLY | O_CLOEXEC, 0644));
    close(open(outside, O_CREAT | O_WRONLY | O_CLOEXEC, 0644));
    if (truncate(file, 40000) < 0 || symlink("../outside", link) < 0)
        abort();
    (void)atexit(clean);
}

/* The store, with its blob. */
static void stock(void)
{
    static const char *const folders[] = {"store", "store/blobs", "store/blobs/sha256"};
    auto_free char *file =
        cog_printf("%s/%s/%s", root, folders[2], blob + strlen("sha256:"));

    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        auto_free char *path = cog_printf("%s/%s", root, folders[i]);
        (void)mkdir(path, 0755);
    }
    close(open(file, O_CREAT | O_WRONLY | O_CLOEXEC, 0644));
}

/* Only what was made before, the store, and the output folder. */
static void check(void)
{
    DIR *folder = opendir(root);
    size_t count = 0;

    for (struct dirent *entry; (entry = readdir(folder));)
        count += *entry->d_name != '.';
    closedir(folder);
    if (count > 4)
        abort();
}

static ptrdiff_t drop(void *data, const unsigned char *bytes, size_t size)
{
    (void)data, (void)bytes;
    return (ptrdiff_t)size;
}

static int end(void *data)
{
    (void)data;
    return 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct reader from = {bytes, size};
    struct cog_diags diags;

    set_up();
    stock();
    auto_free char *in = cog_printf("%s/in", root), *out = cog_printf("%s/out", root),
                   *path = cog_printf("%s/store", root);
    const struct cog_store store = {path, true};
    struct cog_folder folder = {.name = "source", .path = in};
    struct cog_secret secret = {"source", "s", 1};
    struct cog_credential credential = {"source", "u", "p"};
    struct cog_agent agent = {"source", "/nowhere"};
    struct cog_sink sinks[OUTPUTS] = {{.folder = out},
                                      {.write = drop, .end = end, .fd = -1}};
    cog_diags_init(&diags, "fuzz");
    struct cog_session session = {
        .folders = &folder,
        .folder_count = 1,
        .secrets = &secret,
        .secret_count = 1,
        .credentials = &credential,
        .credential_count = 1,
        .agents = &agent,
        .agent_count = 1,
        .stores = &store,
        .store_count = 1,
        .sinks = sinks,
        .sink_count = OUTPUTS,
        .diags = &diags,
    };
    struct engine engine = {cog_connection_client("fuzz", false),
                            cog_connection_server(cog_session_call, &session),
                            {NULL}};
    while (from.size > 0)
        act(&engine, &from);
    settle(&engine);
    cog_session_advance(&session);
    settle(&engine);
    cog_connection_free(engine.connection);
    cog_connection_free(engine.client);
    cog_diags_release(&diags);
    check();
    remove_tree(AT_FDCWD, out);
    remove_tree(AT_FDCWD, path);
    return 0;
}
