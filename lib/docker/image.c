/* image.c - inspects images of a Docker Engine. */
#include "docker/image.h"

#include "base/alloc.h"
#include "base/auto.h"
#include "docker/container.h"
#include "docker/owner.h"
#include "http/url.h"

static const struct cog_pos nowhere = {0};

/* Returns 1 with `*body`, an object or an array, 0 for 404, -1 after a diagnostic or when
 * interrupted. */
static int get(const struct cog_engine *engine, const char *path, json_t **body,
               struct cog_diags *diags)
{
    struct cog_engine_answer answer;
    int result = -1;

    if (cog_engine_call(engine, "GET", path, NULL, &answer, diags) == COG_HTTP_OK) {
        if (answer.status == 200 && answer.body) {
            *body = json_incref(answer.body);
            result = 1;
        } else if (answer.status == 404) {
            result = 0;
        } else {
            cog_report(diags, COG_FAILURE, nowhere, "engine.refused",
                       "the engine at %s answers %ld to GET %s: %s", engine->endpoint->name,
                       answer.status, path, answer.message);
        }
    }
    cog_engine_answer_release(&answer);
    return result;
}

int cog_engine_image(const struct cog_engine *engine, const char *name, json_t **inspect,
                     struct cog_diags *diags)
{
    auto_free char *escaped = cog_http_escape(name);
    auto_free char *path = cog_printf("/images/%s/json", escaped);

    return get(engine, path, inspect, diags);
}

/* Sets `Config` to that of a container of the image, which is created for it, and removed.
 */
static int describe_by_container(const struct cog_engine *engine, const char *name,
                                 json_t *inspect, struct cog_diags *diags)
{
    auto_free char *owner = cog_owner_name();
    json_auto_t *body =
        json_pack("{s:s, s:{s:s*}}", "Image", name, "Labels", cog_owner_label, owner);
    json_auto_t *found = NULL;
    struct cog_container container = {0};

    int result = cog_container_create(&container, engine, body, diags);
    if (result == 0) {
        auto_free char *path = cog_printf("/containers/%s/json", container.id);
        result = get(engine, path, &found, diags) == 1 ? 0 : -1;
    }
    cog_container_remove(&container, engine, diags);
    json_t *config = json_object_get(found, "Config");
    (void)json_object_del(json_object_get(config, "Labels"), cog_owner_label);
    return result == 0 ? json_object_set(inspect, "Config", config) : -1;
}

/* Docker with containerd's store does not fetch a layer that it has in another compression,
 * and then tells nothing of the image but its name, though it runs it (28.5). */
static bool is_described(const json_t *inspect)
{
    const char *text = json_string_value(json_object_get(inspect, "Architecture"));

    return text && *text;
}

int cog_engine_image_needed(const struct cog_engine *engine, const char *name,
                            json_t **inspect, struct cog_diags *diags)
{
    int found = cog_engine_image(engine, name, inspect, diags);

    if (found == 0)
        return cog_report(diags, COG_ERROR, nowhere, "predict.image",
                          "the engine at %s has no image %s; build it with \"cog build -t "
                          "%s\", or fetch it with \"cog pull %s\"",
                          engine->endpoint->name, name, name, name);
    if (found == 1 && !is_described(*inspect))
        return describe_by_container(engine, name, *inspect, diags);
    return found < 0 ? -1 : 0;
}

json_t *cog_engine_info(const struct cog_engine *engine, struct cog_diags *diags)
{
    json_t *info = NULL;

    return get(engine, "/info", &info, diags) == 1 ? info : NULL;
}

json_t *cog_engine_history(const struct cog_engine *engine, const char *name,
                           struct cog_diags *diags)
{
    auto_free char *escaped = cog_http_escape(name);
    auto_free char *path = cog_printf("/images/%s/history", escaped);
    json_t *history = NULL;

    return get(engine, path, &history, diags) == 1 ? history : NULL;
}

bool cog_image_wants_gpus(const json_t *inspect)
{
    const json_t *labels = json_object_get(json_object_get(inspect, "Config"), "Labels");
    const char *text = json_string_value(json_object_get(labels, "run.cog.config"));
    json_auto_t *config = text ? json_loads(text, 0, NULL) : NULL;

    return json_is_true(json_object_get(json_object_get(config, "build"), "gpu"));
}
