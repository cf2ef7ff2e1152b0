/* url.c - URLs and paths of requirements, as text. */
#include "pep/url.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/text.h"

static const char *const schemes[] = {
    "bzr+file",       "bzr+ftp", "bzr+http", "bzr+https", "bzr+lp",   "bzr+sftp",
    "bzr+ssh",        "file",    "ftp",      "git+file",  "git+git",  "git+http",
    "git+https",      "git+ssh", "hg+file",  "hg+http",   "hg+https", "hg+ssh",
    "hg+static-http", "http",    "https",    "svn+file",  "svn+http", "svn+https",
    "svn+ssh",        "svn+svn",
};

static const char *const archives[] = {".whl",    ".zip", ".tar.bz2", ".tbz",
                                       ".tar.gz", ".tgz", ".tar",     ".tar.xz",
                                       ".txz",    ".tlz", ".tar.lz",  ".tar.lzma"};

/* RFC 3986: the length of a scheme with a colon behind it, or 0. */
static size_t scheme_length(const char *text)
{
    size_t length = 0;

    if (!isalpha((unsigned char)*text))
        return 0;
    while (isalnum((unsigned char)text[length]) ||
           (text[length] && strchr("+-.", text[length])))
        length++;
    return text[length] == ':' ? length : 0;
}

bool cog_is_url(const char *text)
{
    size_t length = scheme_length(text);

    for (size_t i = 0; length && i < sizeof schemes / sizeof *schemes; i++)
        if (strlen(schemes[i]) == length && strncasecmp(schemes[i], text, length) == 0)
            return true;
    return false;
}

bool cog_is_archive(const char *path)
{
    const char *slash = strrchr(path, '/'), *file = slash ? slash + 1 : path;
    size_t length = strlen(file);

    for (size_t i = 0; i < sizeof archives / sizeof *archives; i++) {
        size_t size = strlen(archives[i]);
        if (length > size && strcasecmp(file + length - size, archives[i]) == 0)
            return true;
    }
    return false;
}

bool cog_is_local_path(const char *text)
{
    auto_free char *bare = cog_strndup(text, cog_url_without_extras(text));
    const char *at = strchr(bare, '@');
    bool direct = at && *bare != '.' && !memchr(bare, '/', (size_t)(at - bare));

    if (direct) /* "name @ URL" */
        return false;
    return *bare == '.' || strchr(bare, '/') || cog_is_archive(bare);
}

const char *cog_url_vcs(const char *url)
{
    static const char *const systems[] = {"git", "hg", "svn", "bzr"};
    const char *plus = memchr(url, '+', scheme_length(url));

    for (size_t i = 0; plus && i < sizeof systems / sizeof *systems; i++)
        if (strlen(systems[i]) == (size_t)(plus - url) &&
            strncasecmp(systems[i], url, (size_t)(plus - url)) == 0)
            return systems[i];
    return NULL;
}

static int digit_of(char c)
{
    static const char digits[] = "0123456789abcdef";
    const char *found = c ? strchr(digits, tolower((unsigned char)c)) : NULL;

    return found ? (int)(found - digits) : -1;
}

static char *decoded(const char *text, size_t length)
{
    char *out = cog_alloc(length + 1);
    size_t size = 0;

    for (size_t i = 0; i < length; i++) {
        int high = text[i] == '%' && i + 2 < length ? digit_of(text[i + 1]) : -1;
        int low = high >= 0 ? digit_of(text[i + 2]) : -1;
        bool coded = low >= 0 && (high || low);
        out[size] = text[i];
        if (coded)
            out[size] = (char)(unsigned char)(high << 4 | low);
        size++;
        i += coded ? 2 : 0;
    }
    return out;
}

/* Where the path of a URL begins, and its length. */
static const char *path_of(const char *url, size_t *length)
{
    const char *path = url + scheme_length(url) + 1;

    if (strncmp(path, "//", 2) == 0)
        path += 2 + strcspn(path + 2, "/?#");
    *length = strcspn(path, "?#");
    return path;
}

char *cog_url_file(const char *url)
{
    const char *host = url + 5;
    size_t length;
    const char *path = path_of(url, &length);

    if (strncasecmp(url, "file:", 5) != 0)
        return NULL;
    if (path != host && path != host + 2 &&
        (path - host != 11 || strncasecmp(host, "//localhost", 11) != 0))
        return NULL;
    return decoded(path, length);
}

char *cog_url_name(const char *url)
{
    size_t length;
    const char *path = path_of(url, &length), *name = path;

    while (length && path[length - 1] == '/')
        length--;
    for (size_t i = 0; i < length; i++)
        if (path[i] == '/')
            name = path + i + 1;
    return decoded(name, (size_t)(path + length - name));
}

char *cog_url_fragment(const char *url, const char *key)
{
    size_t length = strlen(key);

    for (const char *mark = strpbrk(url, "#&"); mark; mark = strpbrk(mark + 1, "#&"))
        if (strncmp(mark + 1, key, length) == 0 && mark[1 + length] == '=')
            return cog_strndup(mark + length + 2, strcspn(mark + length + 2, "&"));
    return NULL;
}

size_t cog_url_without_extras(const char *text)
{
    size_t length = strlen(text), open = length;

    if (length < 4 || text[length - 1] != ']')
        return length;
    for (size_t i = length - 1; i-- > 0 && text[i] != ']';)
        if (text[i] == '[')
            open = i;
    if (open == length || open == 0 || open + 2 == length)
        return length;
    while (open > 1 && text[open - 1] == ' ')
        open--;
    return open;
}

const char *cog_url_variable(const char *text, size_t *length)
{
    for (const char *next = strstr(text, "${"); next; next = strstr(next + 2, "${")) {
        *length = strspn(next + 2, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
        if (*length && next[2 + *length] == '}')
            return next;
    }
    return NULL;
}

/* Whether the text is one or more variables and nothing else. */
static bool is_variable(const char *text, size_t size)
{
    auto_free char *copy = cog_strndup(text, size);
    const char *next = copy;
    size_t length;

    while (*next && cog_url_variable(next, &length) == next)
        next += length + 3;
    return size && !*next;
}

/* `user` is what stands before the @ of a URL whose scheme ends at `colon`. */
static bool is_secret(const char *text, const char *colon, const char *user, size_t size)
{
    const char *split = memchr(user, ':', size);
    size_t password = split ? size - (size_t)(split + 1 - user) : 0;
    bool ssh = colon - text >= 3 && strncasecmp(colon - 3, "ssh", 3) == 0;

    if (!size)
        return false;
    if (password)
        return !is_variable(split + 1, password);
    size = split ? (size_t)(split - user) : size;
    bool git = size == 3 && strncmp(user, "git", 3) == 0;
    return !ssh && !git && !is_variable(user, size);
}

bool cog_url_has_credentials(const char *text)
{
    for (const char *colon = strstr(text, "://"); colon; colon = strstr(colon + 3, "://")) {
        const char *user = colon + 3, *at = NULL;
        size_t length = strcspn(user, "/?# \t\"'");
        for (size_t i = 0; i < length; i++)
            if (user[i] == '@')
                at = user + i;
        if (at && is_secret(text, colon, user, (size_t)(at - user)))
            return true;
    }
    return false;
}
