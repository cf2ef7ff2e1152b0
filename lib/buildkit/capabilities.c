/* capabilities.c - asks an engine what its BuildKit can do.
 *
 * Only a frontend may ask (LLBBridge.Ping), and only during a build: one is begun that is
 * never told what to build, and cancelled. */
#include "buildkit/capabilities.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/exit.h"
#include "buildkit/client.h"
#include "buildkit/id.h"
#include "buildkit/solve.h"

enum {
    TICK = 100, /* milliseconds */
};

static int by_id(const void *a, const void *b)
{
    const Buildkit__APICap *const *x = a, *const *y = b;

    return strcmp((*x)->id, (*y)->id);
}

static json_t *document(Buildkit__PingResponse *reply)
{
    json_t *names = json_array();

    qsort(reply->llb_caps, reply->n_llb_caps, sizeof *reply->llb_caps, by_id);
    for (size_t i = 0; i < reply->n_llb_caps; i++)
        if (reply->llb_caps[i]->enabled)
            json_array_append_new(names, json_string(reply->llb_caps[i]->id));
    return json_pack("{s:s, s:o}", "schema", "cog/engine-1", "capabilities", names);
}

/* Begins the build and asks. Both calls are released by the caller, which ends them. */
static void ask(struct cog_client *client, struct cog_unary *build, struct cog_unary *ping)
{
    auto_free char *ref = cog_random_id();
    const struct cog_metadata metadata[] = {{"buildkit-controlapi-buildid", ref}, {0}};
    Buildkit__Empty nothing = BUILDKIT__EMPTY__INIT;
    struct cog_solve solve;

    cog_solve_init(&solve);
    solve.request.ref = ref;
    solve.request.session = client->session_id;
    cog_unary_start(build, client->control.connection, "/moby.buildkit.v1.Control/Solve",
                    NULL, &solve.request.base, &buildkit__solve_response__descriptor);
    cog_solve_release(&solve);
    cog_unary_start(ping, client->control.connection,
                    "/moby.buildkit.v1.frontend.LLBBridge/Ping", metadata, &nothing.base,
                    &buildkit__ping_response__descriptor);
    while (!ping->done && !build->done && !cog_client_lost(client) && !client->interrupts)
        cog_client_step(client, TICK);
}

bool cog_capabilities_has(struct cog_client *client, const char *id)
{
    struct cog_unary build = {0}, ping = {0};
    bool found = false;

    ask(client, &build, &ping);
    const Buildkit__PingResponse *reply = (const void *)ping.reply;
    for (size_t i = 0; reply && i < reply->n_llb_caps; i++)
        found = found ||
                (reply->llb_caps[i]->enabled && strcmp(reply->llb_caps[i]->id, id) == 0);
    cog_unary_release(&ping);
    cog_unary_release(&build);
    return found;
}

int cog_capabilities_ask(const struct cog_builder *builder, json_t **doc,
                         struct cog_diags *diags)
{
    static const struct cog_pos nowhere = {0};
    struct cog_session session = {.diags = diags};
    struct cog_unary build = {0}, ping = {0};
    struct cog_client client;
    int result = cog_client_open(&client, builder, &session, "", diags);

    if (result == 0) {
        ask(&client, &build, &ping);
        const struct cog_status *status = ping.done ? &ping.status : &build.status;
        if (ping.reply)
            *doc = document((Buildkit__PingResponse *)ping.reply);
        else if (client.interrupts)
            result = COG_EXIT_INTERRUPTED;
        else if (cog_client_lost(&client))
            result = cog_report(diags, COG_FAILURE, nowhere, "engine.lost",
                                "the engine went away: %s", cog_client_lost(&client));
        else
            result =
                cog_report(diags, COG_FAILURE, nowhere, "engine.build",
                           "the engine does not say what it can do: %s", status->message);
    }
    cog_unary_release(&ping);
    cog_unary_release(&build);
    cog_client_release(&client);
    return result;
}
