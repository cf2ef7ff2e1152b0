/* push.c - pushes what was built from the store of a Docker Engine. */
#include "submit/push.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/exit.h"
#include "cli/builder.h"
#include "cli/environment.h"
#include "docker/push.h"
#include "model/reference.h"
#include "oci/credentials.h"

/* Pushes one name, "HOST/PATH:TAG". */
static int push(const struct cog_engine *engine, const char *config_dir, const char *text,
                struct cog_push_report *report, char **digest, struct cog_diags *diags)
{
    struct cog_reference name;
    const char *reason;
    char *user = NULL, *secret = NULL;

    *digest = NULL;
    if (cog_reference_parse(&name, text, &reason) < 0)
        return cog_report(diags, COG_ERROR, (struct cog_pos){0}, "build.tag",
                          "\"%s\" cannot be the name of an image: %s", text, reason);
    bool hub = cog_is_docker_hub(name.domain);
    const char *host = hub ? "registry-1.docker.io" : name.domain;
    int found = cog_credentials_find(host, config_dir, &user, &secret, diags);
    const struct cog_push_login login = {hub ? "https://index.docker.io/v1/" : host, user,
                                         secret};
    auto_free char *full = cog_reference_full(&name);
    int result = found < 0 ? -1
                           : cog_engine_push(engine, full, found > 0 ? &login : NULL,
                                             report, digest, diags);
    free(user);
    free(secret);
    cog_reference_release(&name);
    return result;
}

/* Pushes the names of one output, with commas between them. */
static int push_all(struct cog_built *built, const struct cog_engine *engine,
                    const char *config_dir, const char *names,
                    const struct cog_push_report *teller, struct cog_diags *diags)
{
    while (*names) {
        size_t length = strcspn(names, ",");
        auto_free char *name = cog_strndup(names, length), *digest = NULL;
        names += length + (names[length] == ',');
        struct cog_push_report report = *teller;
        if (push(engine, config_dir, name, &report, &digest, diags) < 0)
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
    const struct cog_push_report teller = {.tell = progress, .data = data};
    auto_free char *config_dir = cog_environment_docker_config();
    struct cog_endpoint endpoint;
    const json_t *names;
    size_t index;

    if (!json_array_size(built->pushes))
        return 0;
    struct cog_http *http = cog_http_new();
    cog_http_watch_signals(http);
    struct cog_engine engine = {http, &endpoint, COG_FAILURE};
    int result = cog_builder_endpoint(builder, &endpoint, diags);
    built->known_by_config = true;
    json_array_foreach(built->pushes, index, names) {
        if (result == 0)
            result = push_all(built, &engine, config_dir, json_string_value(names), &teller,
                              diags);
    }
    if (result < 0 && cog_http_interrupted(http))
        result = COG_EXIT_INTERRUPTED;
    cog_endpoint_release(&endpoint);
    cog_http_free(http);
    return result;
}
