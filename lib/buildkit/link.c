/* link.c - an HTTP/2 connection to an engine. */
#include "buildkit/link.h"

#include <jansson.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "base/auto.h"

enum {
    SILENCE = 30000,        /* milliseconds */
    PING_INTERVAL = 310000, /* milliseconds between two pings with no data in between */
    OUT_BYTES = 64 << 10,   /* pulled out of the connection before the socket is asked */
    ROUNDS = 16,            /* of writing, before reading has its turn again */
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

int64_t cog_clock(void)
{
    struct timespec now;

    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
        abort();
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void cog_link_open(struct cog_link *link, const struct cog_builder *builder,
                   const char *path, const char *headers, struct cog_connection *connection)
{
    auto_free char *request = cog_printf("POST %s HTTP/1.1\r\nHost: docker\r\n"
                                         "Connection: Upgrade\r\nUpgrade: h2c\r\n%s\r\n",
                                         path ? path : "", headers);

    *link = (struct cog_link){.connection = connection, .upgrade = path};
    cog_transport_open(&link->transport, builder);
    if (link->transport.error)
        lose(link, cog_strdup(link->transport.error));
    link->received_at = cog_clock();
    link->upgraded = !path;
    if (path)
        append(link, request, strlen(request));
}

void cog_link_release(struct cog_link *link)
{
    if (!link->connection)
        return;
    cog_connection_free(link->connection);
    cog_transport_release(&link->transport);
    free(link->lost);
    free(link->out);
    *link = (struct cog_link){.transport.fd = -1};
}

bool cog_link_established(const struct cog_link *link)
{
    return link->upgraded && cog_connection_frames(link->connection) > 0;
}

bool cog_link_refused(const struct cog_link *link)
{
    return link->lost && !link->silent && link->upgrade && !link->upgraded &&
           !link->transport.greets && link->transport.fd >= 0;
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
        ptrdiff_t size = cog_transport_write(&link->transport, link->out + link->out_start,
                                             link->out_end - link->out_start);
        if (size == COG_TRANSPORT_LOST)
            lose(link, cog_printf("cannot send: %s", link->transport.error));
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
    if (strncmp(link->head, "HTTP/", link->head_size < 5 ? link->head_size : 5) != 0) {
        lose(link, cog_strdup("not a Docker Engine: its answer is not HTTP/1"));
    } else if (!end && part < size) {
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

    do {
        ptrdiff_t size = cog_transport_read(&link->transport, bytes, sizeof bytes);
        if (size == COG_TRANSPORT_LATER)
            return;
        link->received_at = cog_clock();
        link->pinged = false;
        link->answered |= size > 0;
        if (size == COG_TRANSPORT_LOST)
            lose(link, cog_printf("cannot receive: %s", link->transport.error));
        else if (size == 0)
            lose(link, cog_strdup("the engine closed the connection"));
        else if (link->upgraded)
            receive(link, bytes, (size_t)size);
        else
            receive_head(link, bytes, (size_t)size);
    } while (!link->lost && cog_transport_pending(&link->transport));
}

/* The TLS handshake, which may make the upgrade superfluous. Returns whether it is done. */
static bool greet(struct cog_link *link)
{
    bool greets = link->transport.greets, ready = cog_transport_ready(&link->transport);

    if (link->transport.error)
        lose(link, cog_strdup(link->transport.error));
    if (greets && ready && cog_transport_agreed(&link->transport)) {
        link->upgraded = true;
        link->upgrade = NULL;
        link->out_start = link->out_end = 0;
    }
    return ready && !link->lost;
}

short cog_link_events(struct cog_link *link)
{
    if (!link->transport.greets)
        pull(link);
    return cog_transport_events(&link->transport, link->out_start < link->out_end);
}

void cog_link_advance(struct cog_link *link, short events)
{
    if (link->lost || !greet(link))
        return;
    if (events & (POLLIN | POLLHUP | POLLERR))
        read_in(link);
    if (!link->lost)
        write_out(link);
}

/* What a link that has never said a word is waited for. */
static char *awaited(const struct cog_link *link)
{
    return link->transport.greets ? cog_strdup("the TLS handshake")
           : link->upgraded       ? cog_strdup("the first frame of HTTP/2")
                            : cog_printf("an answer to the upgrade of %s", link->upgrade);
}

void cog_link_watch(struct cog_link *link)
{
    int64_t now = cog_clock();
    size_t frames = cog_connection_frames(link->connection);

    if (link->lost || now - link->received_at < SILENCE)
        return;
    if (!cog_link_established(link)) {
        auto_free char *what = awaited(link);
        link->silent = true;
        lose(link, cog_printf("it is silent: waited %d s for %s", SILENCE / 1000, what));
    } else if (link->pinged && now - link->pinged_at > SILENCE) {
        lose(link, cog_printf("it is silent: waited %d s for an answer to a ping",
                              SILENCE / 1000));
    } else if (!link->pinged && (!link->pinged_at || frames != link->frames_at_ping ||
                                 now - link->pinged_at > PING_INTERVAL)) {
        link->pinged = true;
        link->pinged_at = now;
        link->frames_at_ping = frames;
        cog_connection_ping(link->connection);
    }
}
