/* realm.c - compares the host of a token server with that of its registry. */
#include "oci/realm.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "http/url.h"

/* Names below which strangers have neighbouring ones: second levels of countries' domains,
 * and hosts of other people's services (a part of publicsuffix.org's list). */
static const char *const shared[] = {
    "ac", "co", "com", "edu", "go", "gov", "ne", "net", "or", "org", NULL,
};
static const char *const services[] = {
    "amazonaws.com",  "appspot.com", "azurecr.io", "azurewebsites.net", "cloudapp.net",
    "cloudfront.net", "fly.dev",     "github.io",  "gitlab.io",         "herokuapp.com",
    "netlify.app",    "ngrok.io",    "pages.dev",  "pkg.dev",           "run.app",
    "vercel.app",     "workers.dev", NULL,
};

static bool is_one_of(const char *text, size_t size, const char *const *names)
{
    for (; *names; names++)
        if (strlen(*names) == size && strncasecmp(text, *names, size) == 0)
            return true;
    return false;
}

/* The name without the port; "[::1]" keeps its brackets. The caller frees it. */
static char *name_of(const char *host)
{
    const char *end = *host == '[' ? strchr(host, ']') : NULL;

    return cog_strndup(host, end ? (size_t)(end + 1 - host) : strcspn(host, ":"));
}

/* The host of an http URL, in the plainest of forms; NULL for any other. The caller frees
 * it. */
static char *host_of(const char *url)
{
    const char *authority = strstr(url, "://");
    size_t size = authority ? strcspn(authority + 3, "/?#") : 0;

    for (size_t i = 0; i < size; i++) {
        char c = authority[3 + i];
        if (!isalnum((unsigned char)c) && !strchr("-.:[]", c))
            return NULL;
    }
    if (size == 0)
        return NULL;
    auto_free char *host = cog_strndup(authority + 3, size);
    char *name = name_of(host);
    if (*name)
        return name;
    free(name);
    return NULL;
}

/* The part of a name that somebody registered: "quay.io" of "cdn.quay.io"; NULL for
 * addresses, single words and names below which everybody may have one. */
static const char *registrable(const char *name)
{
    const char *at = name + strlen(name), *last = NULL;
    size_t wanted = 2, labels = 0;

    if (*name == '[' || strspn(name, "0123456789.") == strlen(name))
        return NULL;
    while (at > name && labels < wanted) {
        const char *label = at;
        while (label > name && label[-1] != '.')
            label--;
        labels++;
        last = label;
        bool country = labels == 2 && strlen(at) == 3; /* ".uk" */
        if ((country && is_one_of(label, (size_t)(at - label), shared)) ||
            (labels == 2 && is_one_of(label, strlen(label), services)))
            wanted = 3;
        at = label > name ? label - 1 : name;
    }
    return labels == wanted ? last : NULL;
}

static bool same_owner(const char *one, const char *other)
{
    const char *a = registrable(one), *b = registrable(other);

    return a && b && strcasecmp(a, b) == 0;
}

/* Whether the list has "REGISTRY=NAME". */
static bool is_listed(const char *list, const char *registry, const char *name)
{
    auto_free char *pair = cog_printf("%s=%s", registry, name);

    for (; list && *list; list += *list == ',') {
        size_t size = strcspn(list, ",");
        if (size == strlen(pair) && strncasecmp(list, pair, size) == 0)
            return true;
        list += size;
    }
    return false;
}

enum cog_realm cog_realm_judge(const char *realm, const char *host, bool insecure,
                               const char *trusted)
{
    bool secure = strncasecmp(realm, "https://", 8) == 0;
    auto_free char *server = host_of(realm), *registry = name_of(host);

    if (!server || (!secure && !(insecure && strncasecmp(realm, "http://", 7) == 0)))
        return COG_REALM_REFUSED;
    if (strcasecmp(server, registry) == 0 ||
        (cog_is_loopback(server) && cog_is_loopback(registry)))
        return COG_REALM_TRUSTED;
    if (secure && (same_owner(server, registry) || is_listed(trusted, host, server)))
        return COG_REALM_TRUSTED;
    return COG_REALM_ANONYMOUS;
}
