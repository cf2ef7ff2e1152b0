/* reference.c - parses and prints names of images. */
#include "model/reference.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"

enum { MAX_NAME = 255, MAX_TAG = 128 };

#define DIGITS "0123456789"
#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

bool cog_is_digest(const char *text)
{
    return strncmp(text, "sha256:", 7) == 0 && strspn(text + 7, "0123456789abcdef") == 64 &&
           strlen(text) == 7 + 64;
}

static const char hub[] = "docker.io", hub_before[] = "index.docker.io",
                  official[] = "library/";

/* What may stand between two runs of letters and digits: . _ __ or any number of dashes. */
static size_t separator_length(const char *text)
{
    if (text[0] == '.')
        return 1;
    if (text[0] == '_')
        return text[1] == '_' ? 2 : 1;
    return strspn(text, "-");
}

static bool path_is_valid(const char *path)
{
    for (;;) {
        size_t run = strspn(path, LOWER DIGITS);
        path += run;
        if (run == 0 || !*path)
            return run != 0;
        size_t separator = *path == '/' ? 1 : separator_length(path);
        if (separator == 0)
            return false;
        path += separator;
    }
}

/* A label of a host name may hold dashes, but neither begin nor end with one. */
static bool host_is_valid(const char *host, size_t size)
{
    if (size > 2 && host[0] == '[')
        return strspn(host + 1, DIGITS "abcdefABCDEF:") == size - 2 &&
               host[size - 1] == ']';
    for (const char *end = host + size;;) {
        size_t label = strspn(host, LOWER UPPER DIGITS "-");
        if (label == 0 || host[0] == '-' || host[label - 1] == '-')
            return false;
        host += label;
        if (host == end)
            return true;
        if (*host++ != '.')
            return false;
    }
}

static bool domain_is_valid(const char *domain)
{
    const char *bracket = strchr(domain, ']');
    const char *port = strchr(bracket ? bracket : domain, ':');

    if (!port)
        return host_is_valid(domain, strlen(domain));
    return port[1] && strspn(port + 1, DIGITS) == strlen(port + 1) &&
           host_is_valid(domain, (size_t)(port - domain));
}

static bool tag_is_valid(const char *tag)
{
    size_t length = strlen(tag);

    return length > 0 && length <= MAX_TAG && tag[0] != '.' && tag[0] != '-' &&
           strspn(tag, LOWER UPPER DIGITS "_.-") == length;
}

/* Whether what stands before the first slash is a host and not part of a path. */
static bool looks_like_domain(const char *text, size_t size)
{
    auto_free char *part = cog_strndup(text, size);

    return strpbrk(part, ".:[") || strcmp(part, "localhost") == 0 || strpbrk(part, UPPER);
}

static void set_name(struct cog_reference *ref, const char *name)
{
    const char *slash = strchr(name, '/');

    if (slash && looks_like_domain(name, (size_t)(slash - name))) {
        ref->domain = cog_strndup(name, (size_t)(slash - name));
        name = slash + 1;
    } else {
        ref->domain = cog_strdup(hub);
    }
    if (strcmp(ref->domain, hub_before) == 0) {
        free(ref->domain);
        ref->domain = cog_strdup(hub);
    }
    bool short_name = strcmp(ref->domain, hub) == 0 && !strchr(name, '/');
    ref->path = cog_printf("%s%s", short_name ? official : "", name);
}

/* Returns what is wrong, or NULL. */
static const char *fault(const struct cog_reference *ref)
{
    if (!domain_is_valid(ref->domain))
        return "the registry's host name is not valid";
    if (strpbrk(ref->path, UPPER))
        return "the repository's name must be lower case";
    if (!path_is_valid(ref->path))
        return "the repository's name is not valid";
    if (strlen(ref->domain) + 1 + strlen(ref->path) > MAX_NAME)
        return "the name is longer than 255 characters";
    if (ref->tag && !tag_is_valid(ref->tag))
        return "the tag is not valid";
    if (ref->digest && !cog_is_digest(ref->digest))
        return "the digest is not \"sha256:\" and 64 hex digits";
    return NULL;
}

int cog_reference_parse(struct cog_reference *ref, const char *text, const char **reason)
{
    auto_free char *name = cog_strdup(text);

    *ref = (struct cog_reference){0};
    char *at = strchr(name, '@');
    if (at) {
        *at = '\0';
        ref->digest = cog_strdup(at + 1);
    }
    char *slash = strrchr(name, '/');
    char *colon = strchr(slash ? slash : name, ':');
    if (colon) {
        *colon = '\0';
        ref->tag = cog_strdup(colon + 1);
    } else if (!at) {
        ref->tag = cog_strdup("latest");
    }
    set_name(ref, name);
    *reason = fault(ref);
    if (!*reason)
        return 0;
    cog_reference_release(ref);
    return -1;
}

void cog_reference_release(struct cog_reference *ref)
{
    free(ref->domain);
    free(ref->path);
    free(ref->tag);
    free(ref->digest);
    *ref = (struct cog_reference){0};
}

static char *print(const struct cog_reference *ref, const char *domain, const char *path)
{
    return cog_printf("%s%s%s%s%s%s%s", domain, *domain ? "/" : "", path,
                      ref->tag ? ":" : "", ref->tag ? ref->tag : "", ref->digest ? "@" : "",
                      ref->digest ? ref->digest : "");
}

char *cog_reference_familiar(const struct cog_reference *ref)
{
    const char *path = ref->path;

    if (strcmp(ref->domain, hub) != 0)
        return print(ref, ref->domain, path);
    if (strncmp(path, official, sizeof official - 1) == 0 &&
        !strchr(path + sizeof official - 1, '/'))
        path += sizeof official - 1;
    return print(ref, "", path);
}

char *cog_reference_full(const struct cog_reference *ref)
{
    return print(ref, ref->domain, ref->path);
}
