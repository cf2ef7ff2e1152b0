/* exporters.c - which exporters an engine is asked for, to do what the user wants. */
#include "buildkit/exporters.h"

#include <string.h>

#include "base/auto.h"
#include "base/text.h"
#include "buildkit.pb-c.h"
#include "buildkit/capabilities.h"

static const struct cog_pos nowhere = {0};

/* What is known of the engine. */
struct engine {
    struct cog_client *client;
    const struct cog_build_request *request;
    json_t *pushes;
    bool docker;      /* it is a Docker Engine's BuildKit */
    bool keeps_blobs; /* images are kept as blobs, in containerd's store */
    struct cog_diags *diags;
};

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
static bool ask_for_blobs(struct cog_client *client)
{
    static const char method[] = "/moby.buildkit.v1.Control/ListWorkers";
    Buildkit__Empty request = BUILDKIT__EMPTY__INIT;
    struct cog_unary unary;

    cog_unary_start(&unary, client->control.connection, method, NULL, &request.base,
                    &buildkit__list_workers_response__descriptor);
    while (!unary.done && !cog_client_lost(client) && !client->interrupts)
        cog_client_step(client, 1000);
    bool found = unary.reply && has_label((const void *)unary.reply);
    cog_unary_release(&unary);
    return found;
}

/* The names, joined by commas, as exporters want them. The caller frees it. */
static char *join(const json_t *tags)
{
    char *text;
    size_t size, index;
    const json_t *tag;
    FILE *stream = cog_text_open(&text, &size);
    json_array_foreach(tags, index, tag) {
        (void)fprintf(stream, "%s%s", index ? "," : "", json_string_value(tag));
    }
    cog_text_close(stream, &text);
    return text;
}

static void set(json_t *attrs, const char *key, const char *value)
{
    if (!json_object_get(attrs, key))
        json_object_set_new(attrs, key, json_string(value));
}

static bool is_true(const json_t *attrs, const char *key)
{
    const char *text = json_string_value(json_object_get(attrs, key));

    return text && (!*text || strcmp(text, "true") == 0 || strcmp(text, "1") == 0);
}

/* Has the exporter set the times of files, if the build has an epoch. */
static void set_epoch(const struct engine *engine, json_t *attrs)
{
    const json_t *epoch = engine->request->epoch;
    auto_free char *text = epoch ? json_dumps(epoch, JSON_ENCODE_ANY) : NULL;

    if (!text)
        return;
    set(attrs, "rewrite-timestamp", "true");
    set(attrs, "source-date-epoch", text);
}

static void warn_of_epoch(const struct engine *engine)
{
    if (engine->request->epoch)
        cog_report(engine->diags, COG_WARNING, nowhere, "build.epoch",
                   "this engine keeps the times of files, so a later build of the same "
                   "makes another image; with containerd's image store it would not");
}

/* The image goes into the store of the Docker Engine that builds. With an epoch not by
 * "moby", which unpacks it at once and excludes that; the engine does it when the image is
 * first run. */
static const char *store(const struct engine *engine, json_t *attrs)
{
    bool named = json_object_get(attrs, "name");

    if (!engine->keeps_blobs || !engine->request->epoch) {
        warn_of_epoch(engine);
        return "moby";
    }
    if (!named)
        set(attrs, "dangling-name-prefix", "moby-dangling"); /* as "moby" does */
    set_epoch(engine, attrs);
    return "image";
}

/* Pushing is left to the Engine API where BuildKit has no exporter that could. */
static const char *choose_image(const struct engine *engine, json_t *attrs)
{
    const char *names = json_string_value(json_object_get(attrs, "name"));

    if (!engine->docker || (engine->keeps_blobs && is_true(attrs, "push"))) {
        set_epoch(engine, attrs);
        return "image";
    }
    if (!is_true(attrs, "push"))
        return store(engine, attrs);
    json_array_append_new(engine->pushes, json_string(names ? names : ""));
    warn_of_epoch(engine);
    json_auto_t *name = json_incref(json_object_get(attrs, "name"));
    (void)json_object_clear(attrs);
    if (name)
        json_object_set(attrs, "name", name);
    return "moby";
}

static int refuse(const struct engine *engine, const char *what)
{
    return cog_report(engine->diags, COG_ERROR, nowhere, "build.output",
                      "this Docker Engine cannot %s, because it does not keep images in "
                      "containerd's store; another builder can (--builder)",
                      what);
}

/* Returns the type of the exporter, or NULL after build.output. */
static const char *choose(const struct engine *engine, const json_t *output, json_t *attrs)
{
    const char *type = json_string_value(json_object_get(output, "type"));
    bool image = strcmp(type, "image") == 0, docker = strcmp(type, "docker") == 0;

    if (!image && !docker && strcmp(type, "oci") != 0)
        return type; /* a tree of files */
    if (json_array_size(engine->request->tags)) {
        auto_free char *names = join(engine->request->tags);
        set(attrs, "name", names);
    }
    if (image && is_true(attrs, "push") && !json_object_get(attrs, "name")) {
        cog_report(engine->diags, COG_ERROR, nowhere, "build.output",
                   "an image without a name cannot be pushed; name it with -t or "
                   "image of cog.yaml, such as registry.example.com/team/model");
        return NULL;
    }
    if (image)
        return choose_image(engine, attrs);
    if (docker && engine->docker && !json_object_get(output, "dest"))
        return store(engine, attrs);
    if (engine->docker && !engine->keeps_blobs) {
        (void)refuse(engine, "write an image as an archive");
        return NULL;
    }
    set_epoch(engine, attrs);
    return type;
}

static int add(const struct engine *engine, json_t *exporters, const json_t *output)
{
    json_auto_t *attrs = json_deep_copy(json_object_get(output, "attrs"));
    const char *type = choose(engine, output, attrs);

    return type ? json_array_append_new(
                      exporters, json_pack("{s:s, s:O}", "type", type, "attrs", attrs))
                : -1;
}

/* What the user has not asked for: the image in the Docker Engine that builds. */
static void add_default(const struct engine *engine, json_t *exporters)
{
    json_auto_t *output = json_pack("{s:s, s:{}}", "type", "docker", "attrs");

    if (engine->docker)
        (void)add(engine, exporters, output);
    else
        cog_report(engine->diags, COG_WARNING, nowhere, "build.output",
                   "what was built stays in the builder's cache: no --output, --load or "
                   "--push says where it goes");
}

/* What depends on the engine, and would be left out without a word. */
static int check(const struct engine *engine, const json_t *exporters)
{
    const struct cog_build_request *request = engine->request;

    if (json_array_size(exporters) > 1 &&
        !cog_capabilities_has(engine->client, "exporter.multiple"))
        return cog_report(engine->diags, COG_ERROR, nowhere, "build.output",
                          "this engine's BuildKit is too old for several outputs of one "
                          "build");
    if (json_object_size(request->attestations) && engine->docker && !engine->keeps_blobs)
        return refuse(engine, "keep attestations");
    if (json_array_size(request->cache_to) && engine->docker && !engine->keeps_blobs) {
        const json_t *cache;
        size_t index;
        json_array_foreach(request->cache_to, index, cache) {
            if (strcmp(json_string_value(json_object_get(cache, "type")), "inline") != 0)
                return refuse(engine, "export a cache but inline");
        }
    }
    return 0;
}

json_t *cog_exporters_choose(struct cog_client *client,
                             const struct cog_build_request *request, json_t *pushes,
                             struct cog_diags *diags)
{
    struct engine engine = {.client = client,
                            .request = request,
                            .pushes = pushes,
                            .docker = client->control.upgrade,
                            .diags = diags};
    json_auto_t *exporters = json_array();
    bool special = json_array_size(request->outputs) || request->epoch ||
                   json_object_size(request->attestations) ||
                   json_array_size(request->cache_to);
    const json_t *output;
    size_t index;

    if (!request->export)
        return json_incref(exporters);
    engine.keeps_blobs = engine.docker && special && ask_for_blobs(client);
    json_array_foreach(request->outputs, index, output) {
        if (add(&engine, exporters, output) < 0)
            return NULL;
    }
    if (!json_array_size(request->outputs))
        add_default(&engine, exporters);
    if (check(&engine, exporters) < 0 || client->interrupts || cog_client_lost(client))
        return NULL;
    return json_incref(exporters);
}
