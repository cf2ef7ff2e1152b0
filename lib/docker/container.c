/* container.c - starts and removes a container. */
#include "docker/container.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/exit.h"
#include "http/url.h"

enum {
    REMOVAL_TRIES = 100,
    REMOVAL_PAUSE_MS = 100,
    EVENTS_MS = 5000, /* the engine waits for the end of the second, by its clock */
};

static const char port[] = "5000/tcp";
static const struct cog_pos nowhere = {0};

/* Its port 5000 on a free one of 127.0.0.1. */
static json_t *description(const struct cog_container_wanted *wanted)
{
    json_t *body = cog_container_describe(wanted);

    json_object_set_new(body, "ExposedPorts", json_pack("{s:{}}", port));
    json_object_set_new(
        json_object_get(body, "HostConfig"), "PortBindings",
        json_pack("{s:[{s:s, s:s}]}", port, "HostIp", "127.0.0.1", "HostPort", ""));
    return body;
}

/* What a person can do about a refusal. */
static const char *remedy(const char *message)
{
    static const char *const rows[][2] = {
        {"no space left on device",
         "; free some on the engine's disk, such as with \"docker system prune\""},
        {"port is already allocated",
         "; another container has the port: choose one with -p"},
        {"address already in use", "; another program has the port: choose one with -p"},
        {"bind source path does not exist",
         "; what is mounted is a folder of the engine's machine; --files copy sends the "
         "project's files there"},
        {"cannot assign requested address",
         "; the engine's machine has no such address: choose another with --host or -p"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strstr(message, rows[i][0]))
            return rows[i][1];
    return "";
}

/* Never interrupted: the engine would go on and leave a container that nobody knows of. */
int cog_container_create(struct cog_container *container, const struct cog_engine *engine,
                         const json_t *body, struct cog_diags *diags)
{
    struct cog_engine_answer answer;

    cog_http_shield(engine->http, true);
    int result =
        cog_engine_call(engine, "POST", "/containers/create", body, &answer, diags);
    cog_http_shield(engine->http, false);
    const char *id = json_string_value(json_object_get(answer.body, "Id"));
    if (result == COG_HTTP_OK && id)
        container->id = cog_strdup(id);
    else if (result == COG_HTTP_OK && answer.status == 404)
        result =
            cog_report(diags, COG_ERROR, nowhere, "predict.image", "%s", answer.message);
    else if (result == COG_HTTP_OK) /* 400: for what is asked of it, such as a mount */
        result = cog_report(
            diags, answer.status == 400 ? COG_ERROR : COG_FAILURE, nowhere,
            "engine.refused", "the engine at %s creates no container (%ld): %s%s",
            engine->endpoint->name, answer.status, answer.message, remedy(answer.message));
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

/* The words of the Docker Engine and of the NVIDIA Container Toolkit. */
static bool lacks_driver(const char *message)
{
    return strstr(message, "could not select device driver") ||
           strstr(message, "nvidia-container-cli: initialization error") ||
           strstr(message, "no known GPU vendor found");
}

static int report_refusal(const struct cog_engine *engine,
                          const struct cog_engine_answer *answer, struct cog_diags *diags)
{
    const char *text = answer->message;

    bool missing = strstr(text, "executable file not found") ||
                   (strstr(text, "exec: \"") && strstr(text, "no such file or directory"));
    if (missing || strstr(text, "permission denied")) {
        cog_report(diags, COG_ERROR, nowhere, "engine.command",
                   "the command cannot be run: %s", text);
        return missing ? COG_CONTAINER_NO_COMMAND : COG_CONTAINER_NOT_EXECUTABLE;
    }
    return cog_report(diags, COG_FAILURE, nowhere, "engine.refused",
                      "the engine at %s does not start the container (%ld): %s%s",
                      engine->endpoint->name, answer->status, text, remedy(text));
}

int cog_container_begin(const struct cog_container *container,
                        const struct cog_engine *engine, bool gpus, struct cog_diags *diags)
{
    auto_free char *path = cog_printf("/containers/%s/start", container->id);
    struct cog_engine_answer answer;
    int result = cog_engine_call(engine, "POST", path, NULL, &answer, diags);

    if (result == COG_HTTP_INTERRUPTED)
        result = COG_EXIT_INTERRUPTED;
    else if (result == COG_HTTP_OK && gpus && lacks_driver(answer.message))
        result = COG_CONTAINER_NO_DRIVER;
    else if (result == COG_HTTP_OK && answer.status >= 300)
        result = report_refusal(engine, &answer, diags);
    cog_engine_answer_release(&answer);
    return result;
}

static int create_and_start(struct cog_container *container,
                            const struct cog_engine *engine,
                            const struct cog_container_wanted *wanted, struct cog_log *log,
                            struct cog_diags *diags)
{
    json_auto_t *body = description(wanted);
    int result = cog_container_create(container, engine, body, diags);

    if (result == 0)
        result = attach(container, engine, log, diags);
    if (result == 0)
        result = cog_container_begin(container, engine, wanted->gpus, diags);
    if (result == COG_CONTAINER_NO_COMMAND || result == COG_CONTAINER_NOT_EXECUTABLE)
        result = -1; /* which is the image's fault */
    return result;
}

int cog_container_start(struct cog_container *container, const struct cog_engine *engine,
                        const struct cog_container_wanted *wanted, struct cog_log *log,
                        struct cog_diags *diags)
{
    int result = create_and_start(container, engine, wanted, log, diags);

    if (result == COG_CONTAINER_NO_DRIVER && wanted->gpus_needed)
        return cog_report(diags, COG_ERROR, nowhere, "engine.gpu",
                          "the engine at %s has no driver for GPUs; install the NVIDIA "
                          "Container Toolkit there, or leave out --gpus",
                          engine->endpoint->name);
    if (result == COG_CONTAINER_NO_DRIVER) {
        struct cog_container_wanted less = *wanted;
        less.gpus = NULL;
        cog_report(diags, COG_WARNING, nowhere, "engine.gpu",
                   "the engine at %s has no driver for GPUs; going on without one",
                   engine->endpoint->name);
        cog_diags_flush(diags);
        cog_container_remove(container, engine, diags);
        result = create_and_start(container, engine, &less, log, diags);
    }
    return result == 0 ? find_port(container, engine, diags) : result;
}

/* Whether the engine has told of a want of memory; an engine before 23.0 says so in a
 * container's state only when that has ended. */
static bool had_no_memory(const struct cog_container *container,
                          const struct cog_engine *engine)
{
    auto_free char *url = NULL;
    auto_free char *filter =
        cog_printf("{\"container\":[\"%s\"],\"event\":[\"oom\"]}", container->id);
    auto_free char *escaped = cog_http_escape(filter);
    auto_free char *path = cog_printf("/events?since=1&until=%lld&filters=%s",
                                      (long long)time(NULL) + 1, escaped);
    struct cog_http_request request = cog_engine_request(engine, path, &url);
    struct cog_http_response response;

    request.timeout_ms = EVENTS_MS;
    int result = cog_http_send(engine->http, &request, &response);
    bool found = result == COG_HTTP_OK && response.status == 200 && response.size > 2;
    cog_http_response_release(&response);
    return found;
}

struct cog_container_state cog_container_state(const struct cog_container *container,
                                               const struct cog_engine *engine,
                                               struct cog_diags *diags)
{
    auto_free char *path = cog_printf("/containers/%s/json", container->id);
    struct cog_engine_answer answer;

    cog_http_shield(engine->http, true);
    (void)cog_engine_call(engine, "GET", path, NULL, &answer, diags);
    bool no_memory = had_no_memory(container, engine);
    cog_http_shield(engine->http, false);
    const json_t *state = json_object_get(answer.body, "State");
    const json_t *running = json_object_get(state, "Running");
    struct cog_container_state result = {
        .ended = json_is_false(running),
        .status = (int)json_integer_value(json_object_get(state, "ExitCode")),
        .out_of_memory = no_memory || json_is_true(json_object_get(state, "OOMKilled")),
    };
    cog_engine_answer_release(&answer);
    return result;
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
