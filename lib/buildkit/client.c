/* client.c - the connections of one build and the one loop that drives them. */
#include "buildkit/client.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/exit.h"
#include "base/signals.h"
#include "base/text.h"
#include "buildkit/id.h"

enum {
    PATIENCE = 1000, /* milliseconds */
};

static const struct cog_pos nowhere = {0};

int64_t cog_client_clock(void)
{
    struct timespec now;

    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
        abort();
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

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

/* Waits for the engine's answer to the upgrade. */
static int await_upgrade(struct cog_client *client, const struct cog_link *link,
                         const struct cog_builder *builder, struct cog_diags *diags)
{
    while (!link->upgraded && !link->lost && !client->interrupts)
        cog_client_step(client, PATIENCE);
    if (client->interrupts)
        return COG_EXIT_INTERRUPTED;
    if (!link->lost)
        return 0;
    return cog_report(diags, COG_FAILURE, nowhere,
                      link->head_size ? "engine.refused" : "engine.unreachable",
                      "no engine at %s: %s", builder->name, link->lost);
}

int cog_client_open(struct cog_client *client, const struct cog_builder *builder,
                    struct cog_session *session, const char *shared_key,
                    struct cog_diags *diags)
{
    *client = (struct cog_client){.signals = -1, .services = session};
    client->session_id = cog_random_id();
    auto_free char *headers = session_headers(client->session_id, shared_key);

    if (watch_signals(client, diags) < 0)
        return -1;
    cog_link_open(&client->control, builder, "/grpc", "", cog_connection_client("docker"));
    int result = await_upgrade(client, &client->control, builder, diags);
    if (result == 0) {
        cog_link_open(&client->session, builder, "/session", headers,
                      cog_connection_server(cog_session_call, session));
        result = await_upgrade(client, &client->session, builder, diags);
    }
    return result;
}

void cog_client_release(struct cog_client *client)
{
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
    struct pollfd pollers[3 + COG_SESSION_MAX_FORWARDS] = {
        {.fd = client->signals, .events = POLLIN}};
    nfds_t count = 3 + cog_session_poll(client->services, pollers + 3);

    for (size_t i = 0; i < 2; i++) {
        pollers[i + 1].fd = -1;
        if (!links[i]->connection || links[i]->lost)
            continue;
        pollers[i + 1].events = cog_link_events(links[i]);
        if (!links[i]->lost)
            pollers[i + 1].fd = links[i]->fd;
    }
    if (poll(pollers, count, milliseconds) <= 0)
        return;
    if (pollers[0].revents)
        client->interrupts += cog_signals_take(client->signals);
    cog_session_advance(client->services);
    for (size_t i = 0; i < 2; i++) {
        if (pollers[i + 1].revents)
            cog_link_advance(links[i], pollers[i + 1].revents);
    }
}
