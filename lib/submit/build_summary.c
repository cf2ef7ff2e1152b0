/* build_summary.c - tells what a build came to. */
#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "cli/builder.h"
#include "docker/image.h"
#include "submit/progress.h"
#include "term/summary.h"

/* The image's layers that are not older than the build, which the Docker Engine that has it
 * knows. */
static void count_layers(const struct cog_engine *engine, const struct cog_built *built,
                         struct cog_summary *summary, struct cog_diags *diags)
{
    /* a push has told what the manifest's digest is, by which the engine does not know it
     */
    const json_t *config =
        built->known_by_config
            ? json_object_get(built->answer, "containerimage.config.digest")
            : NULL;
    const char *id = json_string_value(
        config ? config : json_object_get(built->answer, "containerimage.digest"));
    json_auto_t *history = id ? cog_engine_history(engine, id, diags) : NULL;
    const json_t *layer;
    size_t index;

    if (!json_is_array(history))
        return;
    summary->layers = 0;
    json_array_foreach(history, index, layer) {
        int64_t size = json_integer_value(json_object_get(layer, "Size"));
        if (size <= 0 ||
            json_integer_value(json_object_get(layer, "Created")) < built->began)
            continue;
        summary->layers++;
        summary->layer_size += size;
    }
}

/* Whether the layers' times are not those of their making. */
static bool has_epoch(const json_t *config)
{
    return json_object_get(config, "created");
}

static bool all_cached(const json_t *steps)
{
    const json_t *step;
    size_t index;

    json_array_foreach(steps, index, step) {
        if (json_object_get(step, "stage") &&
            !json_is_true(json_object_get(step, "cached")))
            return false;
    }
    return true;
}

/* Asks the Docker Engine. That it cannot tell is no reason to fail. */
static void find_layers(const struct cog_built *built, const struct cog_builder *builder,
                        struct cog_summary *summary)
{
    struct cog_endpoint endpoint;
    struct cog_diags ignored;
    struct cog_http *http = cog_http_new();
    const struct cog_engine engine = {http, &endpoint, COG_WARNING};

    cog_diags_init(&ignored, "");
    if (cog_builder_endpoint(builder, &endpoint, &ignored) == 0)
        count_layers(&engine, built, summary, &ignored);
    cog_endpoint_release(&endpoint);
    cog_http_free(http);
    cog_diags_release(&ignored);
}

void cog_submit_progress_summarize(const struct cog_submit_progress *screen,
                                   const struct cog_built *built, bool timings,
                                   const struct cog_builder *builder)
{
    struct cog_summary summary = {.steps = built->steps,
                                  .milliseconds = built->milliseconds,
                                  .sent = built->sent,
                                  .layers = -1};
    auto_free char *table = timings ? cog_summary_table(built->steps, screen->width) : NULL;

    if (table)
        cog_diags_text(screen->diags, table, strlen(table));
    if (screen->mode != COG_PROGRESS_PLAIN && screen->mode != COG_PROGRESS_TTY)
        return;
    if (all_cached(built->steps))
        summary.layers = 0;
    else if ((!built->known_by_config || json_array_size(built->pushes) > 0) &&
             built->began && !has_epoch(built->config))
        find_layers(built, builder, &summary);
    if (builder->chosen)
        summary.builder = builder->address;
    auto_free char *line = cog_summary_line(&summary);
    cog_diags_text(screen->diags, line, strlen(line));
}
