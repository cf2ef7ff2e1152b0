/* transfer.c - pushes and pulls by way of a Docker Engine. */
#include "submit/transfer.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/exit.h"
#include "cli/builder.h"
#include "cli/environment.h"
#include "docker/image.h"
#include "docker/transfer.h"
#include "model/reference.h"
#include "oci/credentials.h"
#include "submit/progress.h"

/* What all transfers of a program share. */
struct link {
    struct cog_engine engine;
    struct cog_endpoint endpoint;
    char *config_dir;
    cog_transfer_progress *progress;
    void *data;
    struct cog_diags *diags;
};

static int open_link(struct link *link, const struct cog_builder *builder)
{
    link->config_dir = cog_environment_docker_config();
    link->engine = (struct cog_engine){cog_http_new(), &link->endpoint, COG_FAILURE};
    cog_http_watch_signals(link->engine.http);
    return cog_builder_endpoint(builder, &link->endpoint, link->diags);
}

/* Returns what the program's part of it returns. */
static int close_link(struct link *link, int result)
{
    if (result < 0 && cog_http_interrupted(link->engine.http))
        result = COG_EXIT_INTERRUPTED;
    cog_endpoint_release(&link->endpoint);
    cog_http_free(link->engine.http);
    free(link->config_dir);
    return result;
}

char *cog_name_with_registry(const char *text)
{
    const char *host = getenv("COG_REGISTRY_HOST");
    size_t first = strcspn(text, "/");
    bool named = text[first] && (memchr(text, '.', first) || memchr(text, ':', first) ||
                                 strncmp(text, "localhost/", 10) == 0);

    return named || !host || !*host ? cog_strdup(text) : cog_printf("%s/%s", host, text);
}

static int transfer(const struct link *link, struct cog_transfer *transfer,
                    const struct cog_reference *name, char **digest)
{
    char *user = NULL, *secret = NULL;
    auto_free char *full = cog_reference_full(name);

    transfer->host = name->domain;
    transfer->name = full;
    int result =
        cog_credentials_find(transfer->host, link->config_dir, &user, &secret, link->diags);
    transfer->user = user;
    transfer->secret = secret;
    transfer->progress = link->progress;
    transfer->data = link->data;
    if (result >= 0)
        result = cog_transfer_run(&link->engine, transfer, digest, link->diags);
    free(user);
    free(secret);
    return result;
}

static int push(const struct link *link, const char *text, char **digest)
{
    struct cog_transfer wanted = {.pull = false};
    struct cog_reference name;
    const char *reason;

    *digest = NULL;
    if (cog_reference_parse(&name, text, &reason) < 0)
        return cog_report(link->diags, COG_ERROR, (struct cog_pos){0}, "build.tag",
                          "\"%s\" cannot be the name of an image: %s", text, reason);
    int result = transfer(link, &wanted, &name, digest);
    cog_reference_release(&name);
    return result;
}

/* Pushes the names of one output, with commas between them. */
static int push_all(const struct link *link, struct cog_built *built, const char *names)
{
    while (*names) {
        size_t length = strcspn(names, ",");
        auto_free char *name = cog_strndup(names, length), *digest = NULL;
        names += length + (names[length] == ',');
        if (push(link, name, &digest) < 0)
            return -1;
        json_t *id = json_object_get(built->answer, "containerimage.digest");
        if (!digest)
            continue;
        /* until now the image was known by its config */
        if (!json_object_get(built->answer, "containerimage.config.digest"))
            json_object_set(built->answer, "containerimage.config.digest", id);
        json_object_set_new(built->answer, "containerimage.digest", json_string(digest));
    }
    return 0;
}

int cog_push_built(struct cog_built *built, const struct cog_builder *builder,
                   cog_build_progress *progress, void *data, struct cog_diags *diags)
{
    struct link link = {.progress = progress, .data = data, .diags = diags};
    const json_t *names;
    size_t index;

    if (!json_array_size(built->pushes))
        return 0;
    int result = open_link(&link, builder);
    built->known_by_config = true;
    json_array_foreach(built->pushes, index, names) {
        if (result == 0)
            result = push_all(&link, built, json_string_value(names));
    }
    return close_link(&link, result);
}

/* Whether the engine has the image: 1, 0, or -1 after a diagnostic. */
static int is_there(const struct link *link, const char *image)
{
    json_auto_t *inspect = NULL;

    return cog_engine_image(&link->engine, image, &inspect, link->diags);
}

/* The pull itself, on a screen of its own. */
static int pull_image(struct link *link, int mode, const struct cog_reference *name,
                      char **digest)
{
    struct cog_transfer wanted = {.pull = true};

    if (cog_engine_ping(&link->engine, link->diags) < 0)
        return -1;
    struct cog_submit_progress screen =
        cog_submit_progress_open(mode, "Pulling", link->diags);
    link->progress = cog_submit_progress_update;
    link->data = &screen;
    int result = transfer(link, &wanted, name, digest);
    cog_submit_progress_close(&screen);
    link->progress = NULL;
    link->data = NULL;
    return result;
}

static int pull_by(const struct cog_pull *pull, const struct cog_builder *engine,
                   const struct cog_reference *reference, char **name, char **digest,
                   struct cog_diags *diags)
{
    struct link link = {.diags = diags};
    int result = open_link(&link, engine);
    int there = result == 0 && pull->missing ? is_there(&link, pull->image) : 0;

    if (result == 0 && there == 0) {
        result = pull_image(&link, pull->progress, reference, digest);
        *name = cog_reference_familiar(reference);
    }
    return close_link(&link, there < 0 ? -1 : result);
}

int cog_pull_run(const struct cog_pull *pull, char **name, char **digest,
                 struct cog_diags *diags)
{
    auto_free char *whole = cog_name_with_registry(pull->image);
    struct cog_reference reference;
    struct cog_builder engine;
    const char *reason;

    *name = *digest = NULL;
    if (cog_reference_parse(&reference, whole, &reason) < 0)
        return cog_report(diags, COG_ERROR, (struct cog_pos){0}, "pull.name",
                          "\"%s\" cannot be the name of an image: %s", whole, reason);
    int result = cog_builder_choose_engine(&engine, pull->builder, diags);
    if (result == 0)
        result = pull_by(pull, &engine, &reference, name, digest, diags);
    cog_builder_release(&engine);
    cog_reference_release(&reference);
    return result;
}
