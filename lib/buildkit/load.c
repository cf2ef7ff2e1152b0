/* load.c - loads an image into a Docker Engine while an exporter gives it out. */
#include "buildkit/load.h"

#include <jansson.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"

enum {
    CHUNK = 256 << 10,      /* bytes of a piece of the body */
    MAX_ANSWER = 256 << 10, /* bytes that are kept of the answer */
};

static const char head[] = "POST /images/load?quiet=1 HTTP/1.1\r\nHost: docker\r\n"
                           "Content-Type: application/x-tar\r\nConnection: close\r\n"
                           "Transfer-Encoding: chunked\r\n\r\n",
                  last_chunk[] = "0\r\n\r\n";

static int fail(struct cog_load *load, const char *reason)
{
    return cog_report(load->diags, COG_FAILURE, (struct cog_pos){0}, "engine.load",
                      "cannot load the image into the Docker Engine at %s (%s): %s",
                      load->engine->address, load->engine->origin, reason);
}

static void queue(struct cog_load *load, const void *bytes, size_t size)
{
    if (load->end + size > load->capacity) {
        load->capacity = load->end + size;
        load->out = cog_realloc(load->out, load->capacity, 1);
    }
    memcpy(load->out + load->end, bytes, size);
    load->end += size;
}

/* Sends what is queued. Returns 1 when all is sent, 0 for later, or -1. */
static int flush(struct cog_load *load)
{
    if (!cog_transport_ready(&load->transport))
        return load->transport.error ? fail(load, load->transport.error) : 0;
    while (load->start < load->end) {
        ptrdiff_t size = cog_transport_write(&load->transport, load->out + load->start,
                                             load->end - load->start);
        if (size == COG_TRANSPORT_LOST)
            return fail(load, load->transport.error);
        if (size < 0)
            return 0;
        load->start += (size_t)size;
    }
    load->start = load->end = 0;
    return 1;
}

static ptrdiff_t take(void *data, const unsigned char *bytes, size_t size)
{
    struct cog_load *load = data;
    char length[32];

    if (!load->open) {
        load->open = true;
        cog_transport_open(&load->transport, load->engine);
        if (load->transport.error)
            return fail(load, load->transport.error);
        load->sink->fd = load->transport.fd;
        queue(load, head, sizeof head - 1);
    }
    int sent = flush(load);
    load->sink->events = cog_transport_events(&load->transport, true);
    if (sent <= 0)
        return sent;
    size = size < CHUNK ? size : CHUNK;
    (void)snprintf(length, sizeof length, "%zx\r\n", size);
    queue(load, length, strlen(length));
    queue(load, bytes, size);
    queue(load, "\r\n", 2);
    return flush(load) < 0 ? -1 : (ptrdiff_t)size;
}

/* Reads the answer. Returns 1 at its end, 0 for later, or -1. */
static int read_answer(struct cog_load *load)
{
    for (;;) {
        char bytes[4096];
        ptrdiff_t size = cog_transport_read(&load->transport, bytes, sizeof bytes);
        if (size == COG_TRANSPORT_LATER)
            return 0;
        if (size == COG_TRANSPORT_LOST)
            return fail(load, load->transport.error);
        if (size == 0)
            return 1;
        if (load->answer_size + (size_t)size > MAX_ANSWER)
            continue;
        load->answer = cog_realloc(load->answer, load->answer_size + (size_t)size + 1, 1);
        memcpy(load->answer + load->answer_size, bytes, (size_t)size);
        load->answer_size += (size_t)size;
        load->answer[load->answer_size] = '\0';
    }
}

/* The reason that an answer gives, {"error": "…"} or {"message": "…"}; else its first line.
 * The caller frees it. */
static char *reason_of(const char *answer)
{
    static const char *const keys[] = {"error", "message"};
    const char *body = strchr(answer, '{');
    json_auto_t *reply = body ? json_loads(body, JSON_DISABLE_EOF_CHECK, NULL) : NULL;

    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const char *text = json_string_value(json_object_get(reply, keys[i]));
        if (text)
            return cog_strdup(text);
    }
    return cog_strndup(answer, strcspn(answer, "\r\n"));
}

static int end(void *data)
{
    struct cog_load *load = data;

    if (!load->open)
        return fail(load, "the builder gave nothing out");
    if (!load->ended)
        queue(load, last_chunk, sizeof last_chunk - 1);
    load->ended = true;
    int result = flush(load);
    load->sink->events = cog_transport_events(&load->transport, result == 0);
    if (result > 0)
        result = read_answer(load);
    if (result <= 0)
        return result;
    const char *answer = load->answer ? load->answer : "";
    if (strncmp(answer, "HTTP/1.1 200 ", 13) == 0 && !strstr(answer, "\"error\":"))
        return 1;
    auto_free char *reason = reason_of(answer);
    return fail(load, reason);
}

void cog_load_init(struct cog_load *load, const struct cog_builder *engine,
                   struct cog_sink *sink, struct cog_diags *diags)
{
    *load = (struct cog_load){.engine = engine, .sink = sink, .diags = diags};
    load->transport.fd = load->transport.command.log = -1;
    *sink = (struct cog_sink){
        .write = take, .end = end, .data = load, .fd = -1, .events = POLLOUT};
}

void cog_load_release(struct cog_load *load)
{
    cog_transport_release(&load->transport);
    free(load->out);
    free(load->answer);
    *load = (struct cog_load){.transport.fd = -1};
}
