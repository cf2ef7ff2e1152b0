/* client.c - the connections of one build and the one loop that drives them. */
#include "buildkit/client.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/exit.h"
#include "base/signals.h"
#include "base/text.h"
#include "buildkit/id.h"

enum {
    PATIENCE = 1000,          /* milliseconds */
    SESSION_PATIENCE = 30000, /* milliseconds until the engine begins a session */
};

static const struct cog_pos nowhere = {0};

static char *session_headers(const char *id, const char *shared_key)
{
    static const char expose[] = "X-Docker-Expose-Session";
    char *text;
    size_t size;
    FILE *stream = cog_text_open(&text, &size);
    (void)fprintf(stream, "%s-Uuid: %s\r\n%s-Name: cog\r\n%s-Sharedkey: %s\r\n", expose, id,
                  expose, expose, shared_key);
    const char *method;
    for (size_t i = 0; (method = cog_session_method(i)); i++)
        (void)fprintf(stream, "%s-Grpc-Method: %s\r\n", expose, method);
    cog_text_close(stream, &text);
    return text;
}

static int watch_signals(struct cog_client *client, struct cog_diags *diags)
{
    client->signals = cog_signals_watch(&client->mask_before);
    if (client->signals >= 0)
        return 0;
    return cog_report(diags, COG_FAILURE, nowhere, "machine.process",
                      "cannot watch for signals: %s", strerror(errno));
}

/* What a session tells of itself in the metadata of a tunnel. */
static struct cog_metadata *session_metadata(const char *id, const char *shared_key)
{
    static const char method[] = "x-docker-expose-session-grpc-method";
    size_t count = 0, methods = 0;

    while (cog_session_method(methods))
        methods++;
    struct cog_metadata *metadata = cog_calloc(methods + 4, sizeof *metadata);
    metadata[count++] = (struct cog_metadata){"x-docker-expose-session-uuid", id};
    metadata[count++] = (struct cog_metadata){"x-docker-expose-session-name", "cog"};
    metadata[count++] =
        (struct cog_metadata){"x-docker-expose-session-sharedkey", shared_key};
    for (size_t i = 0; i < methods; i++)
        metadata[count++] = (struct cog_metadata){method, cog_session_method(i)};
    return metadata;
}

const char *cog_client_lost(const struct cog_client *client)
{
    return client->control.lost   ? client->control.lost
           : client->session.lost ? client->session.lost
                                  : client->tunnel.lost;
}

static int refuse(const struct cog_link *link, const struct cog_builder *builder,
                  struct cog_diags *diags)
{
    return cog_report(diags, COG_FAILURE, nowhere,
                      link->answered ? "engine.refused" : "engine.unreachable",
                      "no engine at %s (%s): %s", builder->address, builder->origin,
                      link->lost);
}

/* Waits for the engine's first frame on a link. Returns 0, also for a link that is lost, or
 * COG_EXIT_INTERRUPTED. */
static int await(struct cog_client *client, const struct cog_link *link)
{
    while (!cog_link_established(link) && !link->lost && !client->interrupts)
        cog_client_step(client, PATIENCE);
    return client->interrupts ? COG_EXIT_INTERRUPTED : 0;
}

static struct cog_connection *control_connection(const struct cog_builder *builder)
{
    const char *name = builder->server_name ? builder->server_name : builder->host;

    return cog_connection_client(name ? name : "docker", builder->tls);
}

/* Connects to whatever is there: a Docker Engine, which is asked for its BuildKit, or
 * BuildKit itself, which is not. */
static int open_control(struct cog_client *client, const struct cog_builder *builder,
                        struct cog_diags *diags)
{
    cog_link_open(&client->control, builder, builder->bare ? NULL : "/grpc", "",
                  control_connection(builder));
    int result = await(client, &client->control);
    if (result == 0 && cog_link_refused(&client->control)) {
        struct cog_link first = client->control;
        cog_link_open(&client->control, builder, NULL, "", control_connection(builder));
        result = await(client, &client->control);
        /* what a Docker Engine has to say is the better reason */
        if (client->control.lost && first.head_size > 0 &&
            strncmp(first.head, "HTTP/", 5) == 0) {
            struct cog_link second = client->control;
            client->control = first;
            first = second;
        }
        cog_link_release(&first);
    }
    if (result == 0 && client->control.lost)
        result = refuse(&client->control, builder, diags);
    return result;
}

static int open_session(struct cog_client *client, const struct cog_builder *builder,
                        const char *shared_key)
{
    if (client->control.upgrade) {
        auto_free char *headers = session_headers(client->session_id, shared_key);
        cog_link_open(&client->session, builder, "/session", headers,
                      cog_connection_server(cog_session_call, client->services));
        int result = await(client, &client->session);
        if (result != 0 || !client->session.lost)
            return result;
        cog_link_release(&client->session);
    }
    auto_free struct cog_metadata *metadata =
        session_metadata(client->session_id, shared_key);
    cog_tunnel_open(&client->tunnel, client->control.connection, metadata,
                    cog_connection_server(cog_session_call, client->services));
    int64_t began = cog_clock();
    while (cog_connection_frames(client->tunnel.inner) == 0 && !cog_client_lost(client) &&
           !client->interrupts && cog_clock() - began < SESSION_PATIENCE)
        cog_client_step(client, PATIENCE);
    return client->interrupts ? COG_EXIT_INTERRUPTED : 0;
}

int cog_client_open(struct cog_client *client, const struct cog_builder *builder,
                    struct cog_session *session, const char *shared_key,
                    struct cog_diags *diags)
{
    *client = (struct cog_client){.signals = -1, .services = session};
    client->session_id = cog_random_id();
    if (watch_signals(client, diags) < 0)
        return -1;
    int result = open_control(client, builder, diags);
    if (result == 0)
        result = open_session(client, builder, shared_key);
    if (result != 0 ||
        (!cog_client_lost(client) &&
         (!client->tunnel.inner || cog_connection_frames(client->tunnel.inner) > 0)))
        return result;
    const char *lost = cog_client_lost(client);
    return cog_report(diags, COG_FAILURE, nowhere, "engine.refused",
                      "no session with the engine at %s (%s): %s", builder->address,
                      builder->origin,
                      lost ? lost : "it is silent: waited 30 s for it to begin");
}

void cog_client_release(struct cog_client *client)
{
    cog_tunnel_release(&client->tunnel);
    cog_link_release(&client->control);
    cog_link_release(&client->session);
    if (client->signals >= 0) {
        close(client->signals);
        (void)sigprocmask(SIG_SETMASK, &client->mask_before, NULL);
    }
    free(client->session_id);
    *client = (struct cog_client){.signals = -1};
}

void cog_client_step(struct cog_client *client, int milliseconds)
{
    struct cog_link *links[] = {&client->control, &client->session};
    struct pollfd pollers[3 + COG_SESSION_MAX_POLLS] = {
        {.fd = client->signals, .events = POLLIN}};
    nfds_t count = 3 + cog_session_poll(client->services, pollers + 3);

    cog_tunnel_advance(&client->tunnel);
    for (size_t i = 0; i < 2; i++) {
        pollers[i + 1].fd = -1;
        if (!links[i]->connection || links[i]->lost)
            continue;
        pollers[i + 1].events = cog_link_events(links[i]);
        if (!links[i]->lost)
            pollers[i + 1].fd = links[i]->transport.fd;
    }
    int ready = poll(pollers, count, milliseconds);
    if (ready > 0 && pollers[0].revents)
        client->interrupts += cog_signals_take(client->signals);
    if (ready > 0)
        cog_session_advance(client->services);
    for (size_t i = 0; i < 2; i++) {
        if (ready > 0 && pollers[i + 1].fd >= 0 && pollers[i + 1].revents)
            cog_link_advance(links[i], pollers[i + 1].revents);
        if (links[i]->connection)
            cog_link_watch(links[i]);
    }
}
