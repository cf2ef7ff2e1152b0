/* link.c - a socket to the engine that was turned from HTTP/1.1 into HTTP/2. */
#include "buildkit/link.h"

#include <errno.h>
#include <jansson.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "buildkit/socket.h"

enum {
    OUT_BYTES = 64 << 10, /* pulled out of the connection before the socket is asked */
    ROUNDS = 16,          /* of writing, before reading has its turn again */
};

static void lose(struct cog_link *link, char *reason)
{
    if (link->lost) {
        free(reason);
        return;
    }
    link->lost = reason;
    cog_connection_lose(link->connection, reason);
}

static void append(struct cog_link *link, const void *bytes, size_t size)
{
    if (link->out_end + size > link->out_capacity) {
        link->out_capacity = link->out_end + size + OUT_BYTES;
        link->out = cog_realloc(link->out, link->out_capacity, 1);
    }
    memcpy(link->out + link->out_end, bytes, size);
    link->out_end += size;
}

void cog_link_open(struct cog_link *link, const struct cog_builder *builder,
                   const char *path, const char *headers, struct cog_connection *connection)
{
    const char *reason = "";
    auto_free char *request = cog_printf("POST %s HTTP/1.1\r\nHost: docker\r\n"
                                         "Connection: Upgrade\r\nUpgrade: h2c\r\n%s\r\n",
                                         path, headers);

    *link = (struct cog_link){.connection = connection};
    link->fd = builder->socket ? cog_socket_unix(builder->socket, &reason)
                               : cog_socket_tcp(builder->url, &reason);
    if (link->fd < 0)
        lose(link, cog_printf("cannot connect: %s", reason));
    append(link, request, strlen(request));
}

void cog_link_release(struct cog_link *link)
{
    if (!link->connection)
        return;
    cog_connection_free(link->connection);
    if (link->fd >= 0)
        close(link->fd);
    free(link->lost);
    free(link->out);
    *link = (struct cog_link){.fd = -1};
}

/* Pulls what the connection has to say, as far as there is room. */
static void pull(struct cog_link *link)
{
    const unsigned char *bytes;

    if (link->out_start == link->out_end)
        link->out_start = link->out_end = 0;
    while (link->upgraded && link->out_end < OUT_BYTES) {
        ptrdiff_t size = cog_connection_send(link->connection, &bytes);
        if (size < 0)
            lose(link, cog_strdup("the connection broke"));
        if (size <= 0)
            return;
        append(link, bytes, (size_t)size);
    }
}

static void write_out(struct cog_link *link)
{
    for (unsigned round = 0; round < ROUNDS && !link->lost; round++) {
        pull(link);
        if (link->out_start == link->out_end)
            return;
        /* not write(): a peer that is gone must not raise SIGPIPE */
        ssize_t size = send(link->fd, link->out + link->out_start,
                            link->out_end - link->out_start, MSG_NOSIGNAL);
        if (size < 0 && errno != EAGAIN && errno != EINTR)
            lose(link, cog_printf("cannot send: %s", strerror(errno)));
        if (size < 0)
            return;
        link->out_start += (size_t)size;
    }
}

static void receive(struct cog_link *link, const void *bytes, size_t size)
{
    if (size > 0 && cog_connection_receive(link->connection, bytes, size) < 0)
        lose(link, cog_strdup("the engine does not speak HTTP/2"));
    else if (cog_connection_over(link->connection))
        lose(link, cog_strdup("the engine closed the connection"));
}

/* What an engine says that will not upgrade: its JSON {"message"}, else the status line. */
static char *refusal(const char *head, const char *body)
{
    json_auto_t *answer = json_loads(body, JSON_DISABLE_EOF_CHECK, NULL);
    const char *message = json_string_value(json_object_get(answer, "message"));
    auto_free char *line = cog_strndup(head, strcspn(head, "\r\n"));

    return cog_printf("the engine refuses BuildKit: %s%s%s", line, message ? ": " : "",
                      message ? message : "");
}

/* Takes the answer to the upgrade request. */
static void receive_head(struct cog_link *link, const char *bytes, size_t size)
{
    size_t room = sizeof link->head - 1 - link->head_size;
    size_t part = size < room ? size : room;

    memcpy(link->head + link->head_size, bytes, part);
    link->head_size += part;
    link->head[link->head_size] = '\0';
    char *end = strstr(link->head, "\r\n\r\n");
    if (!end && part < size) {
        lose(link, cog_strdup("not an engine: a long answer that is not HTTP"));
    } else if (end && strncmp(link->head, "HTTP/1.1 101 ", 13) == 0) {
        /* what came behind the empty line is HTTP/2 already */
        size_t head = (size_t)(end + 4 - link->head), behind = link->head_size - head;
        link->upgraded = true;
        receive(link, link->head + head, behind);
        receive(link, bytes + part, size - part);
    } else if (end) {
        lose(link, refusal(link->head, end + 4));
    }
}

static void read_in(struct cog_link *link)
{
    char bytes[64 << 10];
    ssize_t size = recv(link->fd, bytes, sizeof bytes, 0);

    if (size < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (size < 0)
        lose(link, cog_printf("cannot receive: %s", strerror(errno)));
    else if (size == 0)
        lose(link, cog_strdup("the engine closed the connection"));
    else if (link->upgraded)
        receive(link, bytes, (size_t)size);
    else
        receive_head(link, bytes, (size_t)size);
}

short cog_link_events(struct cog_link *link)
{
    pull(link);
    return link->out_start < link->out_end ? POLLIN | POLLOUT : POLLIN;
}

void cog_link_advance(struct cog_link *link, short events)
{
    if (!link->lost && events & (POLLIN | POLLHUP | POLLERR))
        read_in(link);
    if (!link->lost && link->fd >= 0)
        write_out(link);
}
