/* inputs.c - what cog-submit takes from its options, its environment and its own folder.
 */
#include "submit/inputs.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/secret.h"
#include "cli/environment.h"
#include "model/reference.h"
#include "oci/credentials.h"
#include "submit/certificates.h"
#include "submit/transfer.h"

/* What an option --secret says. */
struct secret {
    char *text; /* backs the others */
    const char *id, *file, *variable, *fd;
};

/* 0 to 2 have something else to do. */
static bool is_descriptor(const char *text)
{
    size_t size = strlen(text);

    return strspn(text, "0123456789") == size && size < 6 &&
           strtol(text, NULL, 10) > STDERR_FILENO;
}

/* Returns 0, or -1 after usage.option. `text` is the caller's to free in any case. */
static int parse_secret(struct secret *secret, const char *option, struct cog_diags *diags)
{
    bool valid = true, of_variable = false;

    *secret = (struct secret){.text = cog_strdup(option)};
    for (char *part = secret->text, *next; part; part = next) {
        next = strchr(part, ',');
        if (next)
            *next++ = '\0';
        if (strncmp(part, "id=", 3) == 0)
            secret->id = part + 3;
        else if (strncmp(part, "src=", 4) == 0)
            secret->file = part + 4;
        else if (strncmp(part, "source=", 7) == 0)
            secret->file = part + 7;
        else if (strncmp(part, "env=", 4) == 0)
            secret->variable = part + 4;
        else if (strncmp(part, "fd=", 3) == 0)
            secret->fd = part + 3;
        else if (strcmp(part, "type=env") == 0)
            of_variable = true;
        else if (strcmp(part, "type=file") != 0)
            valid = false;
    }
    if (of_variable && !secret->variable && !secret->fd) {
        secret->variable = secret->file ? secret->file : secret->id;
        secret->file = NULL;
    }
    if (secret->fd)
        valid &= is_descriptor(secret->fd);
    if (valid && secret->id && *secret->id &&
        !!secret->file + !!secret->variable + !!secret->fd == 1)
        return 0;
    return cog_report(
        diags, COG_ERROR, (struct cog_pos){0}, "usage.option",
        "--secret takes id=ID,src=FILE, id=ID,env=VARIABLE or id=ID,fd=NUMBER, "
        "not \"%s\"",
        option);
}

int cog_submit_secret(json_t **secrets, const char *option, struct cog_diags *diags)
{
    struct secret secret;
    int result = parse_secret(&secret, option, diags);

    free(secret.text);
    if (!*secrets)
        *secrets = json_array();
    json_array_append_new(*secrets, json_string(option));
    return result;
}

static int add_secret(struct cog_build_inputs *inputs, const char *option,
                      struct cog_diags *diags)
{
    struct secret secret;
    int result = parse_secret(&secret, option, diags);
    auto_free char *text = secret.text;

    if (result < 0)
        return -1;
    if (secret.file)
        return cog_build_inputs_add_secret_file(inputs, secret.id, secret.file, diags);
    if (secret.fd)
        return cog_build_inputs_add_secret_fd(inputs, secret.id,
                                              (int)strtol(secret.fd, NULL, 10), diags);
    const char *value = getenv(secret.variable);
    if (!value)
        return cog_report(diags, COG_ERROR, (struct cog_pos){0}, "secret.missing",
                          "the variable %s, for the secret \"%s\", is not set",
                          secret.variable, secret.id);
    return cog_build_inputs_add_secret_take(inputs, secret.id, cog_strdup(value),
                                            strlen(value), diags);
}

int cog_submit_context(json_t **folders, const char *option, struct cog_diags *diags)
{
    const char *equals = strchr(option, '=');
    auto_free char *name = cog_strndup(option, equals ? (size_t)(equals - option) : 0);

    if (!equals || equals == option || !equals[1])
        return cog_report(diags, COG_ERROR, (struct cog_pos){0}, "usage.option",
                          "--context takes NAME=DIR, not \"%s\"", option);
    if (!*folders)
        *folders = json_object();
    return json_object_set_new(*folders, name, json_string(equals + 1));
}

int cog_submit_agent(json_t **agents, const char *option, struct cog_diags *diags)
{
    const char *equals = strchr(option, '=');
    const char *socket = equals ? equals + 1 : getenv("SSH_AUTH_SOCK");
    auto_free char *id = cog_strndup(option, strcspn(option, "="));

    if (!*id || !socket || !*socket)
        return cog_report(diags, COG_ERROR, (struct cog_pos){0}, "usage.option",
                          "--ssh takes ID=SOCKET, or ID alone when SSH_AUTH_SOCK is set, "
                          "not \"%s\"",
                          option);
    if (!*agents)
        *agents = json_object();
    return json_object_set_new(*agents, id, json_string(socket));
}

static int add_certificates(struct cog_build_inputs *inputs, const json_t *secrets,
                            struct cog_diags *diags)
{
    static const char name[] = "cog-ca-certificates";
    const json_t *secret;
    size_t index;
    char *text;
    bool wanted = false;

    json_array_foreach(secrets, index, secret) {
        const char *id = json_string_value(json_object_get(secret, "id"));
        wanted = wanted || (id && strcmp(id, name) == 0);
    }
    if (!wanted || cog_build_inputs_has_secret(inputs, name))
        return 0;
    if (cog_certificates_load(&text, diags) < 0)
        return -1;
    return text ? cog_build_inputs_add_secret_take(inputs, name, text, strlen(text), diags)
                : 0;
}

/* Adds the credentials for the registry of one image, unless `asked` has its host. */
static int add_credential(struct cog_build_inputs *inputs, const char *image,
                          const char *config_dir, json_t *asked, struct cog_diags *diags)
{
    const char *reason;
    struct cog_reference name;
    char *user, *secret;
    int found = 0;

    if (cog_reference_parse(&name, image, &reason) < 0)
        return 0; /* the engine says so, at the step that has the name */
    const char *host =
        cog_is_docker_hub(name.domain) ? "registry-1.docker.io" : name.domain;
    if (!json_object_get(asked, host))
        found = cog_credentials_find(host, config_dir, &user, &secret, diags);
    if (found > 0)
        cog_build_inputs_add_credential_take(inputs, host, user, secret);
    json_object_set_new(asked, host, json_true());
    cog_reference_release(&name);
    return found < 0 ? -1 : 0;
}

int cog_submit_credentials(struct cog_build_inputs *inputs, const json_t *images,
                           struct cog_diags *diags)
{
    auto_free char *config_dir = cog_environment_docker_config();
    json_auto_t *asked = json_object(); /* a helper may be slow */
    const json_t *image;
    size_t index;
    int result = 0;

    json_array_foreach(images, index, image) {
        if (json_is_string(image))
            result |=
                add_credential(inputs, json_string_value(image), config_dir, asked, diags);
    }
    return result;
}

json_t *cog_submit_tags(const json_t *given, const json_t *of_build, const char *fallback,
                        bool push, struct cog_diags *diags)
{
    json_auto_t *last = json_array(), *whole = json_array();
    const json_t *names = json_array_size(given) ? given : of_build, *name;
    size_t index;

    if (fallback)
        json_array_append_new(last, json_string(fallback));
    if (!json_array_size(names))
        names = last;
    if (!push)
        return cog_image_tags(names, diags);
    json_array_foreach(names, index, name) {
        auto_free char *text = cog_name_with_registry(json_string_value(name));
        json_array_append_new(whole, json_string(text));
    }
    return cog_image_tags(whole, diags);
}

void cog_submit_inputs_release(struct cog_submit_inputs *offer)
{
    json_decref(offer->secrets);
    json_decref(offer->folders);
    json_decref(offer->agents);
    cog_certificates_remove_take(offer->certificates);
}

/* Below PREFIX/share, by the program in PREFIX/bin, or by the loader that an archive of
 * scripts/portable has in PREFIX/lib/cog. The caller frees it. */
static char *wheels_folder(void)
{
    char path[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);

    path[length > 0 ? length : 0] = '\0';
    char *slash = strrchr(path, '/');
    if (slash)
        *slash = '\0';
    bool bundled = slash && slash - path >= 8 && strcmp(slash - 8, "/lib/cog") == 0;
    return cog_printf("%s/..%s/share/cog/wheels", path, bundled ? "/.." : "");
}

/* The context "ca-certificates" is what COG_CA_CERT says, unless it is given. */
static int offer_certificates(struct cog_submit_inputs *offer, const json_t *contexts,
                              struct cog_diags *diags)
{
    static const char name[] = "ca-certificates";

    if (!json_object_get(json_object_get(contexts, name), "given") ||
        json_object_get(offer->folders, name))
        return 0;
    offer->certificates = cog_certificates_folder(diags);
    if (!offer->certificates)
        return -1;
    if (!offer->folders)
        offer->folders = json_object();
    return json_object_set_new(offer->folders, name, json_string(offer->certificates));
}

int cog_submit_inputs_add(struct cog_build_inputs *inputs, const json_t *doc,
                          const json_t *images, struct cog_submit_inputs *offer,
                          struct cog_diags *diags)
{
    auto_free char *wheels = wheels_folder();
    const json_t *secrets = json_object_get(doc, "secrets"), *given;
    const json_t *contexts = json_object_get(doc, "contexts");
    const char *agent;
    json_t *socket;
    size_t index;

    cog_secrets_protect();
    if (offer_certificates(offer, contexts, diags) < 0)
        return -1;
    const struct cog_folders folders = {offer->directory, wheels, offer->folders};
    int result = cog_build_inputs_add_contexts(inputs, contexts, &folders, diags);
    json_array_foreach(offer->secrets, index, given) {
        result |= add_secret(inputs, json_string_value(given), diags);
    }
    result |= add_certificates(inputs, secrets, diags);
    result |= cog_build_inputs_check_secrets(inputs, secrets, diags);
    json_object_foreach(offer->agents, agent, socket) {
        cog_build_inputs_add_agent(inputs, agent, json_string_value(socket));
    }
    result |= cog_build_inputs_check_agents(inputs, json_object_get(doc, "ssh"), diags);
    cog_build_inputs_keep_named(inputs, doc);
    result |= cog_submit_credentials(inputs, images, diags);
    return result;
}
