/* passage.c - passes connections on by the engine's exec. */
#include "docker/passage.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "docker/attachment.h"
#include "http/upgrade.h"

enum { PIECE = 1 << 16 };

/* Between the two standard streams and the server: what one has goes to the other. */
static const char script[] =
    "import os, select, socket, sys\n"
    "s = socket.create_connection(('127.0.0.1', int(sys.argv[1])))\n"
    "inputs = [0, s]\n"
    "while True:\n"
    "    ready = select.select(inputs, [], [])[0]\n"
    "    if 0 in ready:\n"
    "        data = os.read(0, 65536)\n"
    "        s.sendall(data) if data else (inputs.remove(0), s.shutdown(1))\n"
    "    if s in ready:\n"
    "        data = memoryview(s.recv(65536))\n"
    "        if not data:\n"
    "            break\n"
    "        while data:\n"
    "            data = data[os.write(1, data):]\n";

/* The server's own Python, else whatever there is; without site, in half of the time. */
static const char shell[] = "for python in /opt/cog/bin/python python3 python; do "
                            "command -v \"$python\" >/dev/null && "
                            "exec \"$python\" -I -S -c \"$0\" \"$1\"; done";

/* The id of a command in the container; the caller frees it. NULL: there is none. */
static char *create(const struct cog_engine *engine, const struct cog_passage *passage,
                    struct cog_diags *diags)
{
    auto_free char *path = cog_printf("/containers/%s/exec", passage->container);
    json_auto_t *body =
        json_pack("{s:b, s:b, s:[s, s, s, s, s]}", "AttachStdin", 1, "AttachStdout", 1,
                  "Cmd", "sh", "-c", shell, script, passage->port);
    struct cog_engine_answer answer;

    (void)cog_engine_call(engine, "POST", path, body, &answer, diags);
    const char *id = json_string_value(json_object_get(answer.body, "Id"));
    char *copy = id ? cog_strdup(id) : NULL;
    cog_engine_answer_release(&answer);
    return copy;
}

static struct cog_upgrade *start(const struct cog_engine *engine, const char *id)
{
    static const char body[] = "{\"Detach\":false,\"Tty\":false}";
    auto_free char *path = cog_printf("/exec/%s/start", id), *url = NULL, *error = NULL;
    struct cog_http_request request = cog_engine_request(engine, path, &url);
    struct cog_upgrade *stream;

    request.method = "POST";
    request.body = body;
    request.body_size = sizeof body - 1;
    (void)cog_upgrade_open(&stream, &request, &error);
    return stream;
}

static bool write_all(int fd, const char *bytes, size_t size)
{
    while (size) {
        ssize_t sent = write(fd, bytes, size);
        if (sent < 0 && errno != EINTR)
            return false;
        bytes += sent > 0 ? sent : 0;
        size -= sent > 0 ? (size_t)sent : 0;
    }
    return true;
}

static void take_output(void *context, bool error, const char *bytes, size_t size)
{
    int *connection = context;

    if (!error && !write_all(*connection, bytes, size))
        (void)shutdown(*connection, SHUT_RDWR); /* nobody reads any more */
}

static bool send_all(struct cog_upgrade *stream, const char *bytes, size_t size)
{
    while (size) {
        long sent = cog_upgrade_write(stream, bytes, size);
        struct pollfd room = {.fd = cog_upgrade_fd(stream), .events = POLLOUT};
        if (sent < 0 || (sent == 0 && poll(&room, 1, -1) < 0))
            return false;
        bytes += sent;
        size -= (size_t)sent;
    }
    return true;
}

/* Until the server has closed its side, or the client both. */
static void pass_on(int connection, struct cog_attachment *attachment)
{
    char bytes[PIECE];

    while (cog_attachment_read(attachment, take_output, &connection) == 0) {
        struct pollfd fds[] = {
            {.fd = connection, .events = POLLIN},
            {.fd = cog_upgrade_fd(attachment->stream), .events = POLLIN},
        };
        if (poll(fds, 2, -1) < 0 || !fds[0].revents)
            continue;
        ssize_t got = read(connection, bytes, sizeof bytes);
        if (got <= 0 || !send_all(attachment->stream, bytes, (size_t)got))
            return; /* the command's input ends with the connection */
    }
}

/* A cog_relay_serve. */
static void serve(int connection, const void *context)
{
    const struct cog_passage *passage = context;
    struct cog_attachment attachment = {0};
    struct cog_http *http = cog_http_new();
    const struct cog_engine engine = {http, passage->endpoint, COG_FAILURE};
    struct cog_diags ignored; /* whoever connected finds that nobody answers */

    cog_diags_init(&ignored, "");
    auto_free char *id = create(&engine, passage, &ignored);
    if (id)
        attachment.stream = start(&engine, id);
    if (attachment.stream)
        pass_on(connection, &attachment);
    cog_attachment_release(&attachment);
    cog_diags_release(&ignored);
    cog_http_free(http);
}

static void aim(struct cog_passage *passage, const struct cog_endpoint *endpoint,
                const char *container, const char *port)
{
    passage->endpoint = endpoint;
    passage->container = cog_strdup(container);
    passage->port = cog_strdup(port);
}

int cog_passage_open(struct cog_passage *passage, const struct cog_endpoint *endpoint,
                     const char *container, struct cog_diags *diags)
{
    aim(passage, endpoint, container, "5000");
    return cog_relay_open(&passage->relay, serve, passage, diags);
}

int cog_passage_begin(struct cog_passage *passage, const struct cog_endpoint *endpoint,
                      const char *container, const char *port, int listener,
                      struct cog_diags *diags)
{
    aim(passage, endpoint, container, port);
    return cog_relay_begin(&passage->relay, listener, serve, passage, diags);
}

void cog_passage_release(struct cog_passage *passage)
{
    cog_relay_release(&passage->relay);
    free(passage->container);
    free(passage->port);
    *passage = (struct cog_passage){0};
}
