/* container.c - starts and removes a container. */
#include "docker/container.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/exit.h"

enum {
    REMOVAL_TRIES = 100,
    REMOVAL_PAUSE_MS = 100,
};

static const char port[] = "5000/tcp";
static const json_int_t shared_memory = (json_int_t)6
                                        << 30; /* as Cog: data loaders need it */
static const struct cog_pos nowhere = {0};

static json_t *description(const char *image, const json_t *environment)
{
    return json_pack("{s:s, s:O, s:{s:{}}, s:{s:b, s:I, s:{s:[{s:s, s:s}]}}}", "Image",
                     image, "Env", environment, "ExposedPorts", port, "HostConfig",
                     "AutoRemove", 1, "ShmSize", shared_memory, "PortBindings", port,
                     "HostIp", "127.0.0.1", "HostPort", "");
}

/* A POST or GET of which one status is good. Returns 0 with `*body` (NULL: not wanted), -1
 * or COG_EXIT_INTERRUPTED. */
static int call(const struct cog_engine *engine, const char *method, const char *path,
                const json_t *sent, json_t **body, struct cog_diags *diags)
{
    struct cog_engine_answer answer;
    int result = cog_engine_call(engine, method, path, sent, &answer, diags);

    if (result == COG_HTTP_INTERRUPTED)
        result = COG_EXIT_INTERRUPTED;
    else if (result == COG_HTTP_OK && answer.status >= 300)
        result = cog_report(diags, COG_FAILURE, nowhere, "engine.refused",
                            "the engine at %s answers %ld: %s", engine->endpoint->name,
                            answer.status, answer.message);
    else if (result == COG_HTTP_OK && body)
        *body = json_incref(answer.body);
    cog_engine_answer_release(&answer);
    return result;
}

/* Never interrupted: the engine would go on and leave a container that nobody knows of. */
static int create(struct cog_container *container, const struct cog_engine *engine,
                  const char *image, const json_t *environment, struct cog_diags *diags)
{
    json_auto_t *sent = description(image, environment);
    struct cog_engine_answer answer;

    cog_http_shield(engine->http, true);
    int result =
        cog_engine_call(engine, "POST", "/containers/create", sent, &answer, diags);
    cog_http_shield(engine->http, false);
    const char *id = json_string_value(json_object_get(answer.body, "Id"));
    if (result == COG_HTTP_OK && id)
        container->id = cog_strdup(id);
    else if (result == COG_HTTP_OK && answer.status == 404)
        result =
            cog_report(diags, COG_ERROR, nowhere, "predict.image", "%s", answer.message);
    else if (result == COG_HTTP_OK)
        result = cog_report(diags, COG_FAILURE, nowhere, "engine.refused",
                            "the engine at %s creates no container (%ld): %s",
                            engine->endpoint->name, answer.status, answer.message);
    cog_engine_answer_release(&answer);
    return result;
}

/* Before the container runs, so that not even its first words are lost. */
static int attach(const struct cog_container *container, const struct cog_engine *engine,
                  struct cog_log *log, struct cog_diags *diags)
{
    auto_free char *url = NULL;
    auto_free char *path =
        cog_printf("/containers/%s/attach?stream=1&stdout=1&stderr=1", container->id);
    struct cog_http_request request = cog_engine_request(engine, path, &url);

    request.method = "POST";
    int result = cog_http_follow(engine->http, &request, cog_log_feed, log);
    if (result == COG_HTTP_INTERRUPTED)
        return COG_EXIT_INTERRUPTED;
    if (result == COG_HTTP_OK)
        return 0;
    return cog_report(diags, COG_FAILURE, nowhere, "engine.refused",
                      "the engine at %s does not show the container's output",
                      engine->endpoint->name);
}

/* One that has ended by now has no port; what it said is told by who waits for it. */
static int find_port(struct cog_container *container, const struct cog_engine *engine,
                     struct cog_diags *diags)
{
    auto_free char *path = cog_printf("/containers/%s/json", container->id);
    struct cog_engine_answer answer;
    int result = cog_engine_call(engine, "GET", path, NULL, &answer, diags);

    const json_t *network = json_object_get(answer.body, "NetworkSettings");
    const json_t *bindings = json_object_get(json_object_get(network, "Ports"), port);
    const char *number =
        json_string_value(json_object_get(json_array_get(bindings, 0), "HostPort"));
    if (result == COG_HTTP_OK)
        container->url = cog_printf("http://127.0.0.1:%s", number ? number : "1");
    cog_engine_answer_release(&answer);
    return result == COG_HTTP_INTERRUPTED ? COG_EXIT_INTERRUPTED : result;
}

int cog_container_start(struct cog_container *container, const struct cog_engine *engine,
                        const char *image, const json_t *environment, struct cog_log *log,
                        struct cog_diags *diags)
{
    int result = create(container, engine, image, environment, diags);

    if (result == 0)
        result = attach(container, engine, log, diags);
    if (result == 0) {
        auto_free char *path = cog_printf("/containers/%s/start", container->id);
        result = call(engine, "POST", path, NULL, NULL, diags);
    }
    return result == 0 ? find_port(container, engine, diags) : result;
}

/* Whether the engine has no such container any more. */
static bool is_gone(const struct cog_engine *engine, const char *id,
                    struct cog_diags *diags)
{
    auto_free char *path = cog_printf("/containers/%s?force=1&v=1", id);
    struct cog_engine_answer answer;

    int result = cog_engine_call(engine, "DELETE", path, NULL, &answer, diags);
    bool gone = result != COG_HTTP_OK || answer.status == 404 || answer.status == 204;
    cog_engine_answer_release(&answer);
    return gone;
}

/* The engine may be removing it at the same time, which it answers with 409. */
void cog_container_remove(struct cog_container *container, const struct cog_engine *engine,
                          struct cog_diags *diags)
{
    bool gone = !container->id;

    cog_http_shield(engine->http, true);
    for (int try = 0; !gone && try < REMOVAL_TRIES; try++) {
        gone = is_gone(engine, container->id, diags);
        if (!gone)
            (void)cog_http_wait(engine->http, REMOVAL_PAUSE_MS);
    }
    cog_http_shield(engine->http, false);
    if (!gone)
        cog_report(diags, COG_FAILURE, nowhere, "engine.refused",
                   "the container %.12s is still there", container->id);
    free(container->id);
    free(container->url);
    *container = (struct cog_container){0};
}
