/* worker.c - how an engine can give out the image of a build. */
#include "buildkit/worker.h"

#include <string.h>

#include "buildkit.pb-c.h"

/* Set by BuildKit's worker of containerd, and not by that of moby's graph drivers
 * (moby/moby builder/builder-next/worker). What Ping tells comes too late: Control.Solve
 * names the exporter. */
static const char label[] = "org.mobyproject.buildkit.worker.snapshotter";

static bool has_label(const Buildkit__ListWorkersResponse *workers)
{
    for (size_t i = 0; i < workers->n_record; i++) {
        const Buildkit__WorkerRecord *worker = workers->record[i];
        for (size_t j = 0; j < worker->n_labels; j++)
            if (strcmp(worker->labels[j]->key, label) == 0)
                return true;
    }
    return false;
}

/* False, too, when the connection is lost or the user stops. */
static bool keeps_blobs(struct cog_client *client)
{
    static const char method[] = "/moby.buildkit.v1.Control/ListWorkers";
    Buildkit__Empty request = BUILDKIT__EMPTY__INIT;
    struct cog_unary unary;

    cog_unary_start(&unary, client->control.connection, method, NULL, &request.base,
                    &buildkit__list_workers_response__descriptor);
    while (!unary.done && !client->control.lost && !client->interrupts)
        cog_client_step(client, -1);
    bool found = unary.reply && has_label((const void *)unary.reply);
    cog_unary_release(&unary);
    return found;
}

enum cog_export cog_worker_export(struct cog_client *client,
                                  const struct cog_build_request *request,
                                  struct cog_diags *diags)
{
    if (!request->export)
        return COG_EXPORT_NOTHING;
    if (!request->epoch)
        return COG_EXPORT_IMAGE;
    if (keeps_blobs(client))
        return COG_EXPORT_REWRITTEN;
    cog_report(diags, COG_WARNING, (struct cog_pos){0}, "build.epoch",
               "this engine keeps the times of files, so a later build of the same makes "
               "another image; with containerd's image store it would not");
    return COG_EXPORT_IMAGE;
}
