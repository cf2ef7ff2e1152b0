/* ignore.c - fuzzes lists of path patterns: the first line is a path, each other one a
 * pattern. What is found inside a folder must have been promised by it. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../unit/path_matching.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* Whether the path is one that a walk gives: no empty, "." or ".." part. */
static bool is_clean(const char *path)
{
    for (size_t part; *(path + (part = strcspn(path, "/"))); path += part + 1) {
        if (!part || strncmp(path, "./", 2) == 0 || strncmp(path, "../", 3) == 0)
            return false;
    }
    return *path && strcmp(path, ".") != 0 && strcmp(path, "..") != 0;
}

/* Each folder above `path` must reach into itself when `path` is decided otherwise. */
static void check(const struct cog_ignore *ignore, char *path)
{
    auto_free bool *results = cog_calloc(ignore->count, sizeof *results);
    bool matched = match_path(ignore, path, results);

    for (char *slash = path; (slash = strchr(slash, '/')); slash++) {
        *slash = '\0';
        bool above = match_path(ignore, path, results);
        if (above != matched && !cog_ignore_reaches_into(ignore, path, results))
            abort();
        *slash = '/';
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    auto_free char *text = cog_strndup((const char *)bytes, size);
    char *line = strchr(text, '\n');
    struct cog_ignore ignore;

    cog_ignore_init(&ignore);
    while (line && ignore.count < 16) {
        *line++ = '\0';
        char *next = strchr(line, '\n');
        if (next)
            *next = '\0';
        int added = cog_ignore_add(&ignore, line);
        if ((added < 0) != (cog_ignore_fault(line) != NULL))
            abort();
        line = next;
    }
    if (is_clean(text))
        check(&ignore, text);
    cog_ignore_release(&ignore);
    return 0;
}
