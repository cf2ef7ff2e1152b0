/* inputs.c - what a build gets from this machine. */
#include "buildkit/inputs.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/digest.h"
#include "base/doc.h"
#include "base/path.h"
#include "base/secret.h"

static const struct cog_pos nowhere = {0};

static void free_secret(struct cog_secret *secret)
{
    free((char *)secret->id);
    cog_secret_free((char *)secret->bytes, secret->size);
}

static void free_agent(struct cog_agent *agent)
{
    free((char *)agent->id);
    free((char *)agent->socket);
}

void cog_build_inputs_release(struct cog_build_inputs *inputs)
{
    for (size_t i = 0; i < inputs->folder_count; i++) {
        free((char *)inputs->folders[i].name);
        free((char *)inputs->folders[i].path);
        cog_ignore_release(&inputs->folders[i].include);
        cog_ignore_release(&inputs->folders[i].exclude);
    }
    for (size_t i = 0; i < inputs->secret_count; i++)
        free_secret(&inputs->secrets[i]);
    for (size_t i = 0; i < inputs->credential_count; i++) {
        free((char *)inputs->credentials[i].host);
        free((char *)inputs->credentials[i].user);
        cog_secret_free((char *)inputs->credentials[i].secret,
                        strlen(inputs->credentials[i].secret));
    }
    for (size_t i = 0; i < inputs->agent_count; i++)
        free_agent(&inputs->agents[i]);
    free(inputs->agents);
    free(inputs->folders);
    free(inputs->secrets);
    free(inputs->credentials);
    *inputs = (struct cog_build_inputs){0};
}

static int add_patterns(struct cog_ignore *list, const json_t *patterns, const char *name,
                        struct cog_diags *diags)
{
    const json_t *pattern;
    size_t index;

    json_array_foreach(patterns, index, pattern) {
        const char *text = json_string_value(pattern);
        if (!text || cog_ignore_add(list, text) < 0)
            return cog_report(diags, COG_ERROR, nowhere, "build.context",
                              "the context \"%s\" has a malformed pattern: %s", name,
                              text ? text : "not a text");
    }
    return 0;
}

/* The folder of a context on this machine. The caller frees it; NULL after a diagnostic. */
static char *find_folder(const char *name, const json_t *context,
                         const struct cog_folders *folders, struct cog_diags *diags)
{
    const char *given = json_string_value(json_object_get(folders->given, name));
    const char *path = json_string_value(json_object_get(context, "path"));
    const char *own = json_string_value(json_object_get(context, "cog"));
    auto_free char *inside = path ? cog_path_inside("", path) : NULL;
    auto_free char *folder = NULL;
    struct stat info;

    if (own && strcmp(own, "wheels") == 0)
        folder = cog_strdup(folders->wheels);
    else if (path && strcmp(path, ".") == 0)
        folder = cog_strdup(folders->project);
    else if (inside)
        folder = cog_path_join(folders->project, inside);
    else if (json_object_get(context, "given") && given)
        folder = cog_strdup(given);
    if (!folder && json_object_get(context, "given")) {
        cog_report(diags, COG_ERROR, nowhere, "build.context",
                   "the build needs a folder for its context \"%s\"; give it with "
                   "--context %s=DIR",
                   name, name);
    } else if (!folder) {
        cog_report(diags, COG_ERROR, nowhere, "build.context",
                   "the context \"%s\" is not a folder of the project", name);
    } else if (stat(folder, &info) < 0 || !S_ISDIR(info.st_mode)) {
        cog_report(diags, COG_ERROR, (struct cog_pos){.file = folder}, "file.missing",
                   own ? "cog's own folder for the context \"%s\" is not there; was cog "
                         "installed completely (make wheels)?"
                       : "the folder of the context \"%s\" does not exist",
                   name);
    } else {
        char *result = folder;
        folder = NULL;
        return result;
    }
    return NULL;
}

static int check_given(const json_t *given, const json_t *contexts, struct cog_diags *diags)
{
    const char *name;
    json_t *folder;
    int result = 0;

    json_object_foreach((json_t *)given, name, folder) {
        if (!json_object_get(json_object_get(contexts, name), "given"))
            result = cog_report(diags, COG_ERROR, nowhere, "build.context",
                                "the build asks for no folder \"%s\"", name);
    }
    return result;
}

int cog_build_inputs_add_contexts(struct cog_build_inputs *inputs, const json_t *contexts,
                                  const struct cog_folders *folders,
                                  struct cog_diags *diags)
{
    const char *name;
    json_t *context;
    int result = check_given(folders->given, contexts, diags);

    json_object_foreach((json_t *)contexts, name, context) {
        char *path = find_folder(name, context, folders, diags);
        if (!path) {
            result = -1;
            continue;
        }
        inputs->folders =
            cog_realloc(inputs->folders, inputs->folder_count + 1, sizeof *inputs->folders);
        struct cog_folder *folder = &inputs->folders[inputs->folder_count++];
        *folder = (struct cog_folder){.name = cog_strdup(name), .path = path};
        result |= add_patterns(&folder->include, json_object_get(context, "include"), name,
                               diags);
        result |= add_patterns(&folder->exclude, json_object_get(context, "exclude"), name,
                               diags);
    }
    return result;
}

bool cog_build_inputs_has_secret(const struct cog_build_inputs *inputs, const char *id)
{
    for (size_t i = 0; i < inputs->secret_count; i++) {
        if (strcmp(inputs->secrets[i].id, id) == 0)
            return true;
    }
    return false;
}

int cog_build_inputs_add_secret_take(struct cog_build_inputs *inputs, const char *id,
                                     char *bytes, size_t size, struct cog_diags *diags)
{
    if (cog_build_inputs_has_secret(inputs, id) || size > COG_SESSION_MAX_SECRET) {
        cog_secret_free(bytes, size);
        return cog_build_inputs_has_secret(inputs, id)
                   ? 0
                   : cog_report(diags, COG_ERROR, nowhere, "secret.size",
                                "the secret \"%s\" is larger than %d KiB", id,
                                COG_SESSION_MAX_SECRET >> 10);
    }
    cog_secret_lock(bytes, size);
    inputs->secrets =
        cog_realloc(inputs->secrets, inputs->secret_count + 1, sizeof *inputs->secrets);
    inputs->secrets[inputs->secret_count++] =
        (struct cog_secret){.id = cog_strdup(id), .bytes = bytes, .size = size};
    return 0;
}

int cog_build_inputs_add_secret_file(struct cog_build_inputs *inputs, const char *id,
                                     const char *path, struct cog_diags *diags)
{
    size_t size;
    char *bytes = cog_read_operand(path, COG_DOC_MAX_BYTES, &size, diags);

    return bytes ? cog_build_inputs_add_secret_take(inputs, id, bytes, size, diags) : -1;
}

int cog_build_inputs_add_secret_fd(struct cog_build_inputs *inputs, const char *id, int fd,
                                   struct cog_diags *diags)
{
    size_t size = 0, room = COG_SESSION_MAX_SECRET + 1;
    char *bytes = cog_alloc(room); /* at once, so that no copy is left behind */
    ssize_t got = 1;

    cog_secret_lock(bytes, room);
    while (got > 0 && size < room) {
        got = read(fd, bytes + size, room - size);
        size += got > 0 ? (size_t)got : 0;
    }
    if (got >= 0)
        return cog_build_inputs_add_secret_take(inputs, id, bytes, size, diags);
    int reason = errno;
    cog_secret_free(bytes, room);
    return cog_report(diags, COG_ERROR, nowhere, "secret.unreadable",
                      "descriptor %d, for the secret \"%s\", cannot be read: %s", fd, id,
                      strerror(reason));
}

int cog_build_inputs_check_secrets(const struct cog_build_inputs *inputs,
                                   const json_t *secrets, struct cog_diags *diags)
{
    const json_t *secret;
    size_t index;
    int result = 0;

    json_array_foreach(secrets, index, secret) {
        const char *id = json_string_value(json_object_get(secret, "id"));
        if (id && json_is_true(json_object_get(secret, "required")) &&
            !cog_build_inputs_has_secret(inputs, id))
            result = cog_report(diags, COG_ERROR, nowhere, "secret.missing",
                                "the build needs the secret \"%s\"; give it with "
                                "--secret id=%s,src=FILE or --secret id=%s,env=VARIABLE",
                                id, id, id);
    }
    return result;
}

void cog_build_inputs_keep_named(struct cog_build_inputs *inputs, const json_t *doc)
{
    const json_t *secrets = json_object_get(doc, "secrets"),
                 *agents = json_object_get(doc, "ssh");
    size_t kept = 0;

    inputs->named = doc;
    for (size_t i = 0; i < inputs->secret_count; i++) {
        if (cog_session_is_named(secrets, inputs->secrets[i].id))
            inputs->secrets[kept++] = inputs->secrets[i];
        else
            free_secret(&inputs->secrets[i]);
    }
    inputs->secret_count = kept;
    kept = 0;
    for (size_t i = 0; i < inputs->agent_count; i++) {
        if (cog_session_is_named(agents, inputs->agents[i].id))
            inputs->agents[kept++] = inputs->agents[i];
        else
            free_agent(&inputs->agents[i]);
    }
    inputs->agent_count = kept;
}

static bool has_agent(const struct cog_build_inputs *inputs, const char *id)
{
    for (size_t i = 0; i < inputs->agent_count; i++) {
        if (strcmp(inputs->agents[i].id, id) == 0)
            return true;
    }
    return false;
}

void cog_build_inputs_add_agent(struct cog_build_inputs *inputs, const char *id,
                                const char *socket)
{
    if (has_agent(inputs, id))
        return;
    inputs->agents =
        cog_realloc(inputs->agents, inputs->agent_count + 1, sizeof *inputs->agents);
    inputs->agents[inputs->agent_count++] =
        (struct cog_agent){cog_strdup(id), cog_strdup(socket)};
}

int cog_build_inputs_check_agents(const struct cog_build_inputs *inputs, const json_t *ssh,
                                  struct cog_diags *diags)
{
    const json_t *agent;
    size_t index;
    int result = 0;

    json_array_foreach(ssh, index, agent) {
        const char *id = json_string_value(json_object_get(agent, "id"));
        if (json_is_true(json_object_get(agent, "required")) && !has_agent(inputs, id))
            result = cog_report(diags, COG_ERROR, nowhere, "secret.missing",
                                "the build needs the SSH agent \"%s\"; give it with "
                                "--ssh %s, if SSH_AUTH_SOCK names it, or --ssh %s=SOCKET",
                                id, id, id);
    }
    return result;
}

void cog_build_inputs_add_credential_take(struct cog_build_inputs *inputs, const char *host,
                                          char *user, char *secret)
{
    cog_secret_lock(secret, strlen(secret));
    inputs->credentials = cog_realloc(inputs->credentials, inputs->credential_count + 1,
                                      sizeof *inputs->credentials);
    inputs->credentials[inputs->credential_count++] =
        (struct cog_credential){.host = cog_strdup(host), .user = user, .secret = secret};
}

struct cog_session cog_build_inputs_session(const struct cog_build_inputs *inputs)
{
    return (struct cog_session){
        .folders = inputs->folders,
        .folder_count = inputs->folder_count,
        .secrets = inputs->secrets,
        .secret_count = inputs->secret_count,
        .credentials = inputs->credentials,
        .credential_count = inputs->credential_count,
        .agents = inputs->agents,
        .agent_count = inputs->agent_count,
        .named = inputs->named,
    };
}

char *cog_build_inputs_shared_key(const char *directory)
{
    char machine[64] = "", path[PATH_MAX] = "";
    auto_fclose FILE *stream = fopen("/etc/machine-id", "r");
    auto_close int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    auto_free char *link = cog_printf("/proc/self/fd/%d", fd);

    /* without either the key is still good for this machine and this folder's name */
    ssize_t length = readlink(link, path, sizeof path - 1);
    path[length > 0 ? length : 0] = '\0';
    if (stream && !fgets(machine, sizeof machine, stream))
        machine[0] = '\0';
    auto_free char *text = cog_printf("%s\n%s", length > 0 ? path : directory, machine);
    return cog_sha256(text, strlen(text));
}
