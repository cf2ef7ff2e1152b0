/* forward.c - ports of this machine that lead to those of a container on another one. */
#include "exec/forward.h"

#include <errno.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/alloc.h"

enum { BACKLOG = 64 };

static const struct cog_pos nowhere = {0};

static int bind_to(const struct addrinfo *address)
{
    int fd = socket(address->ai_family, address->ai_socktype | SOCK_CLOEXEC, 0), on = 1;

    if (fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
        bind(fd, address->ai_addr, address->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0)
        return fd;
    if (fd >= 0)
        (void)close(fd);
    return -1;
}

/* Returns the socket, or -1; `*reason` then says why. */
static int listen_at(const char *host, const char *port, const char **reason)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE};
    struct addrinfo *found;
    int fault = getaddrinfo(host, port, &hints, &found);

    if (fault) {
        *reason = gai_strerror(fault);
        return -1;
    }
    int fd = bind_to(found);
    *reason = strerror(errno);
    freeaddrinfo(found);
    return fd;
}

static int add(struct cog_port_forwards *forwards, const char *inner, const json_t *binding,
               struct cog_diags *diags)
{
    const char *host = json_string_value(json_object_get(binding, "HostIp"));
    const char *port = json_string_value(json_object_get(binding, "HostPort"));
    const char *reason;
    int listener = listen_at(host, port, &reason);

    if (listener < 0)
        return cog_report(diags, COG_ERROR, nowhere, "exec.port",
                          "cannot listen at %s, port %s: %s; give another with --publish",
                          host, port, reason);
    forwards->items =
        cog_realloc(forwards->items, forwards->count + 1, sizeof *forwards->items);
    forwards->items[forwards->count++] = (struct cog_port_forward){
        .listener = listener,
        .port = cog_strndup(inner, strcspn(inner, "/")),
    };
    return 0;
}

int cog_port_forwards_listen(struct cog_port_forwards *forwards, const json_t *ports,
                             struct cog_diags *diags)
{
    const char *inner;
    json_t *bindings;
    int result = 0;

    json_object_foreach((json_t *)ports, inner, bindings) {
        const json_t *binding;
        size_t index;
        json_array_foreach(bindings, index, binding) {
            result |= add(forwards, inner, binding, diags);
        }
    }
    return result;
}

int cog_port_forwards_open(struct cog_port_forwards *forwards,
                           const struct cog_endpoint *endpoint, const char *container,
                           struct cog_diags *diags)
{
    int result = 0;

    for (size_t i = 0; i < forwards->count && result == 0; i++) {
        struct cog_port_forward *forward = &forwards->items[i];
        result = cog_passage_begin(&forward->passage, endpoint, container, forward->port,
                                   forward->listener, diags);
    }
    return result;
}

void cog_port_forwards_close(struct cog_port_forwards *forwards)
{
    for (size_t i = 0; i < forwards->count; i++)
        cog_passage_release(&forwards->items[i].passage);
}

void cog_port_forwards_release(struct cog_port_forwards *forwards)
{
    cog_port_forwards_close(forwards);
    for (size_t i = 0; i < forwards->count; i++) {
        (void)close(forwards->items[i].listener);
        free(forwards->items[i].port);
    }
    free(forwards->items);
    *forwards = (struct cog_port_forwards){0};
}
