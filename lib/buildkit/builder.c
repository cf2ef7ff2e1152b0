/* builder.c - where an engine is: its address, taken apart. */
#include "buildkit/builder.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"

static const struct cog_pos nowhere = {0};

/* An address without its scheme: "NAME?KEY=VALUE&…". */
struct address {
    char *text; /* backs the others */
    const char *host;
    char *query;
};

static void add(struct cog_builder *builder, const char *word)
{
    size_t count = 0;

    while (builder->command[count])
        count++;
    if (count + 1 >= COG_BUILDER_COMMAND)
        abort(); /* no scheme has so many */
    builder->command[count] = cog_strdup(word);
}

static void add_all(struct cog_builder *builder, const char *const *words)
{
    for (; *words; words++)
        add(builder, *words);
}

/* The value of a query's key; NULL: it is not there. The caller frees it. */
static char *find_query(const char *query, const char *key)
{
    size_t length = strlen(key);

    for (const char *part = query; part && *part; part = strchr(part, '&')) {
        part += *part == '&';
        if (strncmp(part, key, length) == 0 && part[length] == '=') {
            const char *value = part + length + 1;
            return cog_strndup(value, strcspn(value, "&"));
        }
    }
    return NULL;
}

/* Whether a command may take it as an operand: not as an option, nor as two words. */
static bool plain_word(const char *word)
{
    if (!isalnum((unsigned char)*word))
        return false;
    for (; *word; word++)
        if (!isalnum((unsigned char)*word) && !strchr("._-@:", *word))
            return false;
    return true;
}

/* Adds "--OPTION=VALUE" if the query has the option's value. */
static void add_option(struct cog_builder *builder, const struct address *address,
                       const char *option)
{
    auto_free char *value = find_query(address->query, option);
    auto_free char *word = value ? cog_printf("--%s=%s", option, value) : NULL;

    if (word)
        add(builder, word);
}

static void use_container(struct cog_builder *builder, const struct address *address,
                          const char *program)
{
    add(builder, program);
    add_option(builder, address, "context");
    add_all(builder,
            (const char *[]){"exec", "-i", address->host, "buildctl", "dial-stdio", NULL});
    builder->bare = true;
}

static void use_pod(struct cog_builder *builder, const struct address *address)
{
    add(builder, "kubectl");
    add_option(builder, address, "context");
    add_option(builder, address, "namespace");
    add(builder, "exec");
    add_option(builder, address, "container");
    add_all(builder,
            (const char *[]){"-i", address->host, "--", "buildctl", "dial-stdio", NULL});
    builder->bare = true;
}

/* The remote command is for whatever shell the account has. */
static void use_ssh(struct cog_builder *builder, const struct address *address,
                    enum cog_builder_remote remote)
{
    static const char *const commands[] = {
        [COG_REMOTE_ANY] = ("sh -c 'if command -v docker >/dev/null 2>&1; then exec docker "
                            "system dial-stdio; else exec buildctl dial-stdio; fi'"),
        [COG_REMOTE_DOCKER] = "docker system dial-stdio",
        [COG_REMOTE_DOCKER_TLS] = "docker system dial-stdio",
        [COG_REMOTE_BUILDKIT] = "buildctl dial-stdio",
    };
    const char *colon = strrchr(address->host, ':');
    auto_free char *host =
        cog_strndup(address->host, colon ? (size_t)(colon - address->host) : SIZE_MAX);

    /* a prompt would come from a process that does not have the terminal */
    add_all(builder, (const char *[]){"ssh", "-o", "BatchMode=yes", "-o",
                                      "ConnectTimeout=10", NULL});
    if (colon)
        add_all(builder, (const char *[]){"-p", colon + 1, NULL});
    add_all(builder, (const char *[]){"--", host, commands[remote], NULL});
    builder->bare = remote == COG_REMOTE_BUILDKIT;
}

/* "HOST:PORT", "HOST", "[ADDRESS]:PORT". */
static void use_tcp(struct cog_builder *builder, const char *text,
                    enum cog_builder_remote remote)
{
    const char *usual = remote == COG_REMOTE_DOCKER_TLS ? "2376"
                        : remote == COG_REMOTE_DOCKER   ? "2375"
                                                        : "1234";
    const char *bracket = *text == '[' ? strchr(text, ']') : NULL;
    const char *colon = strrchr(bracket ? bracket : text, ':');
    size_t length = colon ? (size_t)(colon - text) : strcspn(text, "/");

    builder->host = bracket ? cog_strndup(text + 1, (size_t)(bracket - text) - 1)
                            : cog_strndup(text, length);
    builder->port =
        cog_strndup(colon ? colon + 1 : usual, colon ? strcspn(colon + 1, "/") : 4);
}

/* Returns whether the address can be used. */
static bool use(struct cog_builder *builder, const char *scheme,
                const struct address *address, enum cog_builder_remote remote)
{
    if (!*address->host)
        return false;
    if (strcmp(scheme, "unix") == 0) {
        builder->socket = cog_strdup(address->host);
        return true;
    }
    if (strcmp(scheme, "tcp") == 0) {
        use_tcp(builder, address->host, remote);
        return *builder->host && *builder->port;
    }
    if (!plain_word(address->host))
        return false;
    if (strcmp(scheme, "docker-container") == 0)
        use_container(builder, address, "docker");
    else if (strcmp(scheme, "podman-container") == 0)
        use_container(builder, address, "podman");
    else if (strcmp(scheme, "nerdctl-container") == 0)
        use_container(builder, address, "nerdctl");
    else if (strcmp(scheme, "kube-pod") == 0)
        use_pod(builder, address);
    else if (strcmp(scheme, "ssh") == 0)
        use_ssh(builder, address, remote);
    else
        return false;
    return true;
}

int cog_builder_parse(struct cog_builder *builder, const char *address, const char *origin,
                      enum cog_builder_remote remote, struct cog_diags *diags)
{
    const char *colon = strstr(address, "://");
    auto_free char *scheme = cog_strndup(address, colon ? (size_t)(colon - address) : 0);
    auto_free char *text = cog_strdup(colon ? colon + 3 : "");
    struct address parts = {.text = text, .host = text};

    *builder =
        (struct cog_builder){.address = cog_strdup(address), .origin = cog_strdup(origin)};
    parts.query = strcmp(scheme, "unix") == 0 ? NULL : strchr(text, '?');
    if (parts.query)
        *parts.query++ = '\0';
    if (use(builder, scheme, &parts, remote) &&
        !(builder->bare && remote == COG_REMOTE_DOCKER))
        return 0;
    return cog_report(diags, COG_ERROR, nowhere, "engine.endpoint",
                      "%s gives \"%s\", which is not the address of an engine: it can be "
                      "unix://PATH, tcp://HOST:PORT, ssh://HOST, docker-container://NAME, "
                      "podman-container://NAME or kube-pod://POD",
                      origin, address);
}

void cog_builder_release(struct cog_builder *builder)
{
    for (size_t i = 0; builder->command[i]; i++)
        free(builder->command[i]);
    free(builder->address);
    free(builder->origin);
    free(builder->socket);
    free(builder->host);
    free(builder->port);
    free(builder->ca_file);
    free(builder->cert_file);
    free(builder->key_file);
    free(builder->server_name);
    *builder = (struct cog_builder){0};
}
