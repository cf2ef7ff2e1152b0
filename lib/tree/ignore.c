/* ignore.c - lists of path patterns with the rules of a .dockerignore file. */
#include "tree/ignore.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "tree/glob.h"

/* Most patterns are plain names, and a tree has many paths: the two kinds that need no
 * wildcards are told apart once. */
enum kind {
    LITERAL, /* the path itself */
    SUFFIX,  /* `**` and then a plain text: Docker compares the end of the path */
    GLOB,
};

struct cog_ignore_pattern {
    char *text;
    size_t length;
    enum kind kind;
    bool exception;
};

void cog_ignore_init(struct cog_ignore *ignore)
{
    *ignore = (struct cog_ignore){0};
}

void cog_ignore_release(struct cog_ignore *ignore)
{
    for (size_t i = 0; i < ignore->count; i++)
        free(ignore->patterns[i].text);
    free(ignore->patterns);
    cog_ignore_init(ignore);
}

/* Cuts the last component off the clean path of `length` bytes; returns the new length. */
static size_t cut_component(const char *path, size_t length)
{
    while (length > 0 && path[length - 1] != '/')
        length--;
    return length > 0 ? length - 1 : 0;
}

static bool ends_in_parent(const char *path, size_t length)
{
    return length >= 2 && memcmp(path + length - 2, "..", 2) == 0 &&
           (length == 2 || path[length - 3] == '/');
}

/* Go's filepath.Clean() without the leading slash. The caller frees the result. */
static char *clean(const char *path, size_t size)
{
    char *result = cog_alloc(size + 2);
    size_t length = 0;
    bool rooted = size > 0 && *path == '/';

    for (size_t at = 0, end; at < size; at = end + 1) {
        for (end = at; end < size && path[end] != '/'; end++)
            ;
        size_t part = end - at;
        if (part == 0 || (part == 1 && path[at] == '.'))
            continue;
        if (ends_in_parent(path, end) && part == 2) {
            if (length > 0 && !ends_in_parent(result, length)) {
                length = cut_component(result, length);
                continue;
            }
            if (rooted)
                continue;
        }
        if (length > 0)
            result[length++] = '/';
        memcpy(result + length, path + at, part);
        length += part;
    }
    result[length] = '\0';
    return result;
}

static enum kind kind_of(const char *text)
{
    bool folders = strncmp(text, "**", 2) == 0;
    const char *rest = folders ? text + 2 : text;

    if (strpbrk(rest, "*?[]\\"))
        return GLOB;
    return folders ? SUFFIX : LITERAL;
}

static const char *trim(const char *text, size_t *size)
{
    static const char space[] = " \t\r\n\v\f";

    text += strspn(text, space);
    *size = strlen(text);
    while (*size > 0 && strchr(space, text[*size - 1]))
        (*size)--;
    return text;
}

int cog_ignore_add(struct cog_ignore *ignore, const char *line)
{
    static const char bom[] = "\xef\xbb\xbf";
    size_t size;

    if (strncmp(line, bom, sizeof bom - 1) == 0)
        line += sizeof bom - 1;
    if (*line == '#')
        return 0;
    const char *text = trim(line, &size);
    bool exception = *text == '!';
    if (exception)
        text = trim(text + 1, &size);
    if (size == 0)
        return exception ? -1 : 0;

    auto_free char *cleaned = clean(text, size);
    if (!cog_glob_valid(cleaned))
        return -1;
    if (!*cleaned) /* the root itself: no path is called so */
        return 0;
    ignore->patterns =
        cog_realloc(ignore->patterns, ignore->count + 1, sizeof *ignore->patterns);
    ignore->patterns[ignore->count++] = (struct cog_ignore_pattern){
        .text = cleaned,
        .length = strlen(cleaned),
        .kind = kind_of(cleaned),
        .exception = exception,
    };
    cleaned = NULL;
    return 0;
}

/* Whether the pattern's text after `**` ends `path`; "**" followed by "/foo" also matches
 * "foo". */
static bool ends_with(const struct cog_ignore_pattern *pattern, const char *path,
                      size_t length)
{
    const char *suffix = pattern->text + 2;
    size_t size = pattern->length - 2;

    if (length >= size && memcmp(path + length - size, suffix, size) == 0)
        return true;
    return *suffix == '/' && length == size - 1 && memcmp(path, suffix + 1, length) == 0;
}

/* `path` is a scratch copy: each folder of it is looked at by ending it there. */
static bool matches_or_parent(const struct cog_ignore_pattern *pattern, char *path)
{
    if (pattern->kind == LITERAL)
        return strncmp(path, pattern->text, pattern->length) == 0 &&
               (path[pattern->length] == '\0' || path[pattern->length] == '/');
    for (char *end = path;; end++) {
        end += strcspn(end, "/");
        char ended = *end;
        *end = '\0';
        bool matched = pattern->kind == SUFFIX
                           ? ends_with(pattern, path, (size_t)(end - path))
                           : cog_glob_matches(pattern->text, path);
        *end = ended;
        if (matched || !ended)
            return matched;
    }
}

bool cog_ignore_matches(const struct cog_ignore *ignore, const char *path)
{
    if (ignore->count == 0)
        return false;
    auto_free char *copy = cog_strdup(path);
    bool matched = false;

    for (size_t i = 0; i < ignore->count; i++) {
        const struct cog_ignore_pattern *pattern = &ignore->patterns[i];
        if (pattern->exception == matched && matches_or_parent(pattern, copy))
            matched = !pattern->exception;
    }
    return matched;
}

/* Goes through the components of both. Where a component of the pattern could stand for
 * several (`**`) or be split wrongly (a class, an escape), it reaches. */
static bool reaches(const struct cog_ignore_pattern *pattern, const char *path)
{
    const char *text = pattern->text;

    for (;;) {
        size_t part = strcspn(text, "/"), name = strcspn(path, "/");
        auto_free char *glob = cog_strndup(text, part);
        auto_free char *component = cog_strndup(path, name);

        if (strstr(glob, "**") || strpbrk(glob, "[\\"))
            return true;
        if (!cog_glob_matches(glob, component))
            return false;
        if (!text[part] || !path[name])
            return true;
        text += part + 1;
        path += name + 1;
    }
}

bool cog_ignore_reaches_into(const struct cog_ignore *ignore, const char *path,
                             bool exception)
{
    for (size_t i = 0; i < ignore->count; i++) {
        if (ignore->patterns[i].exception == exception &&
            reaches(&ignore->patterns[i], path))
            return true;
    }
    return false;
}
