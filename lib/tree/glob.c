/* glob.c - one pattern against one path.
 *
 * `*` needs no recursion: it stops at "/", so when the text after it fails to match, only
 * the last `*` can still do better by taking one character more. `**` recurses. */
#include "tree/glob.h"

#include <stddef.h>
#include <string.h>

/* The end of the class that begins at `pattern` ("["), behind its "]"; NULL without one. */
static const char *class_end(const char *pattern)
{
    const char *at = pattern + 1;

    if (*at == '^')
        at++;
    for (const char *first = at; *at && (*at != ']' || at == first); at++) {
        if (*at == '\\' && !*++at)
            return NULL;
    }
    return *at ? at + 1 : NULL;
}

bool cog_glob_valid(const char *pattern)
{
    while (pattern && *pattern) {
        if (*pattern == '[')
            pattern = class_end(pattern);
        else if (*pattern == '\\')
            pattern = pattern[1] ? pattern + 2 : NULL;
        else
            pattern++;
    }
    return pattern;
}

/* The length of the UTF-8 sequence at `text`, 1 for what is none; never past the end. */
static size_t sequence(const char *text)
{
    unsigned char lead = (unsigned char)*text;
    size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;

    for (size_t i = 1; i < length; i++) {
        if (((unsigned char)text[i] & 0xc0) != 0x80)
            return 1;
    }
    return length;
}

/* UTF-8 sequences compare like their code points, byte by byte. */
static int compare(const char *a, size_t a_length, const char *b, size_t b_length)
{
    size_t shorter = a_length < b_length ? a_length : b_length;
    int order = memcmp(a, b, shorter);

    return order ? order : (a_length > b_length) - (a_length < b_length);
}

static bool class_matches(const char *class, const char *text, size_t length)
{
    const char *end = class_end(class) - 1, *at = class + 1;
    bool negated = *at == '^', found = false;

    for (at += negated; at < end;) {
        at += *at == '\\';
        const char *low = at, *high = at;
        at += sequence(at);
        if (*at == '-' && at + 1 < end) {
            at++;
            at += *at == '\\';
            high = at;
            at += sequence(at);
        }
        found = found || (compare(text, length, low, sequence(low)) >= 0 &&
                          compare(text, length, high, sequence(high)) <= 0);
    }
    return found != negated;
}

/* Matches one character of `*path` against what is no star, and moves both on. */
static bool step(const char **pattern, const char **path)
{
    size_t length = sequence(*path);
    const char *p = *pattern, *next = p + 1;
    bool matched;

    if (!**path)
        return false;
    if (*p == '?') {
        matched = **path != '/';
    } else if (*p == '[') {
        matched = **path != '/' && class_matches(p, *path, length);
        next = class_end(p);
    } else {
        p += *p == '\\';
        length = 1;
        next = p + 1;
        matched = *p == **path;
    }
    *pattern = next;
    *path += length;
    return matched;
}

/* What follows `**`: any number of folders, then the rest of the pattern. At the end of a
 * pattern it takes everything. */
static bool folders_match(const char *rest, const char *path)
{
    if (*rest == '/')
        rest++;
    if (!*rest || cog_glob_matches(rest, path))
        return true;
    while ((path = strchr(path, '/'))) {
        if (cog_glob_matches(rest, ++path))
            return true;
    }
    return false;
}

bool cog_glob_matches(const char *pattern, const char *path)
{
    const char *star = NULL, *taken = NULL; /* the last `*` and what it has not yet taken */

    for (;;) {
        if (pattern[0] == '*' && pattern[1] == '*') {
            if (folders_match(pattern + 2, path))
                return true;
        } else if (*pattern == '*') {
            star = ++pattern;
            taken = path;
            continue;
        } else if (!*pattern) {
            if (!*path)
                return true;
        } else if (step(&pattern, &path)) {
            continue;
        }
        if (!star || !*taken || *taken == '/')
            return false;
        taken += sequence(taken);
        pattern = star;
        path = taken;
    }
}
