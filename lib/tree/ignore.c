/* ignore.c - lists of path patterns with the rules of a .dockerignore file. */
#include "tree/ignore.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "tree/glob.h"

/* Most patterns need no wildcards, and a tree has many paths: the kinds are those of
 * Docker, which differ in more than speed. */
enum kind {
    LITERAL, /* the path itself */
    SUFFIX,  /* `**` and then a plain text: the end of the path is compared */
    PREFIX,  /* a plain text and then `**`: its beginning */
    GLOB,
};

struct cog_ignore_pattern {
    char *text;
    const char *tail; /* with which a path ends that a GLOB matches */
    size_t length, tail_length;
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

static const char wildcards[] = "*?[]\\";

static enum kind kind_of(const char *text)
{
    size_t plain = strcspn(text, wildcards);

    if (!text[plain])
        return LITERAL;
    if (plain == 0 && strncmp(text, "**", 2) == 0 && !strpbrk(text + 2, wildcards))
        return SUFFIX;
    return strcmp(text + plain, "**") == 0 ? PREFIX : GLOB;
}

/* What stands behind the last wildcard. A slash behind `**` is part of that. */
static const char *tail_of(const char *text)
{
    const char *tail = text;

    for (const char *at; (at = strpbrk(tail, wildcards));)
        tail = at + 1;
    bool folders = tail >= text + 2 && tail[-1] == '*' && tail[-2] == '*';
    return tail + (folders && *tail == '/');
}

/* The length of the white space that `text` begins with, by Unicode as in Go; 0: none. */
static size_t space_at(const char *text, size_t size)
{
    static const char *const spaces[] = {
        " ",
        "\t",
        "\n",
        "\v",
        "\f",
        "\r",
        "\xc2\x85",
        "\xc2\xa0",
        "\xe1\x9a\x80",
        "\xe2\x80\x80",
        "\xe2\x80\x81",
        "\xe2\x80\x82",
        "\xe2\x80\x83",
        "\xe2\x80\x84",
        "\xe2\x80\x85",
        "\xe2\x80\x86",
        "\xe2\x80\x87",
        "\xe2\x80\x88",
        "\xe2\x80\x89",
        "\xe2\x80\x8a",
        "\xe2\x80\xa8",
        "\xe2\x80\xa9",
        "\xe2\x80\xaf",
        "\xe2\x81\x9f",
        "\xe3\x80\x80",
    };

    for (size_t i = 0; i < sizeof spaces / sizeof *spaces; i++) {
        size_t length = strlen(spaces[i]);
        if (length <= size && memcmp(text, spaces[i], length) == 0)
            return length;
    }
    return 0;
}

static const char *trim_start(const char *text, size_t *size)
{
    for (size_t length; (length = space_at(text, *size)); *size -= length)
        text += length;
    return text;
}

static size_t trim_end(const char *text, size_t size)
{
    for (size_t length = 1; length <= 3 && length <= size; length++) {
        if (space_at(text + size - length, length) == length) {
            size -= length;
            length = 0;
        }
    }
    return size;
}

/* Takes a pattern apart; the caller frees `text`, which is "" when no path is meant.
 * Returns what is wrong, or NULL. */
static const char *read_pattern(struct cog_ignore_pattern *pattern, const char *line)
{
    size_t size = strlen(line);
    const char *text = trim_start(line, &size);
    bool exception = *text == '!';

    if (exception) {
        size--;
        text = trim_start(text + 1, &size);
    }
    size = trim_end(text, size);
    bool nothing = size == 0 || *text == '/';
    /* Docker does it twice, so that what cleaning uncovers counts: "a /", "/!a" */
    auto_free char *once = clean(text, size);
    size = strlen(once);
    text = exception ? once : trim_start(once, &size);
    size = trim_end(text, size);
    if (!exception && *text == '!') {
        exception = nothing = true;
        text++, size--;
    }
    char *cleaned = clean(text, size);
    *pattern = (struct cog_ignore_pattern){
        .text = cleaned,
        .tail = tail_of(cleaned),
        .length = strlen(cleaned),
        .tail_length = strlen(tail_of(cleaned)),
        .kind = kind_of(cleaned),
        .exception = exception,
    };
    if (exception && nothing && !pattern->length)
        return "nothing follows !";
    if (pattern->length > COG_GLOB_MAX)
        return "it is longer than 4096 bytes";
    return pattern->kind == GLOB ? cog_glob_fault(cleaned) : NULL;
}

const char *cog_ignore_fault(const char *pattern)
{
    struct cog_ignore_pattern read;
    const char *fault = read_pattern(&read, pattern);

    free(read.text);
    return fault;
}

int cog_ignore_add(struct cog_ignore *ignore, const char *pattern)
{
    struct cog_ignore_pattern read;
    const char *fault = read_pattern(&read, pattern);

    if (fault || !read.length) {
        free(read.text);
        return fault ? -1 : 0;
    }
    ignore->patterns =
        cog_realloc(ignore->patterns, ignore->count + 1, sizeof *ignore->patterns);
    ignore->patterns[ignore->count++] = read;
    return 0;
}

/* Whether `path` ends in the text; with `folders`, a slash at its beginning need not be
 * there when nothing is before it: "**" followed by "/foo" also matches "foo". */
static bool ends_with(const char *path, size_t length, const char *text, size_t size,
                      bool folders)
{
    if (length >= size && memcmp(path + length - size, text, size) == 0)
        return true;
    return folders && *text == '/' && length == size - 1 &&
           memcmp(path, text + 1, length) == 0;
}

static bool matches(const struct cog_ignore_pattern *pattern, const char *path,
                    size_t length)
{
    switch (pattern->kind) {
    case LITERAL:
        return length == pattern->length && memcmp(path, pattern->text, length) == 0;
    case SUFFIX:
        return ends_with(path, length, pattern->text + 2, pattern->length - 2, true);
    case PREFIX:
        return strncmp(path, pattern->text, pattern->length - 2) == 0;
    case GLOB:
        break;
    }
    return ends_with(path, length, pattern->tail, pattern->tail_length, false) &&
           cog_glob_matches(pattern->text, path);
}

bool cog_ignore_matches(const struct cog_ignore *ignore, const char *path,
                        const bool *folder, bool *results)
{
    size_t length = strlen(path);
    bool matched = false;

    for (size_t i = 0; i < ignore->count; i++) {
        const struct cog_ignore_pattern *pattern = &ignore->patterns[i];
        results[i] = folder && folder[i];
        if (!results[i] && pattern->exception == matched)
            results[i] = matches(pattern, path, length);
        if (results[i])
            matched = !pattern->exception;
    }
    return matched;
}

/* Goes through the components of both. Where a component of the pattern could stand for
 * several (`**`, a class) or be split wrongly (an escape), it reaches. */
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
                             const bool *results)
{
    size_t first = ignore->count; /* behind the pattern that decides the folder */

    while (first > 0 && !results[first - 1])
        first--;
    bool exception = first > 0 && !ignore->patterns[first - 1].exception;
    for (size_t i = first; i < ignore->count; i++) {
        if (ignore->patterns[i].exception == exception &&
            reaches(&ignore->patterns[i], path))
            return true;
    }
    return false;
}
