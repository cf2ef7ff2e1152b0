/* ignore.c - the patterns of .dockerignore. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "detect/detect.h"
#include "tree/ignore.h"

static const char file[] = ".dockerignore";

static char *trimmed(const char *line, size_t length)
{
    while (length && strchr(" \t\r", line[length - 1]))
        length--;
    size_t blank = 0;
    while (blank < length && strchr(" \t", line[blank]))
        blank++;
    return cog_strndup(line + blank, length - blank);
}

static int add(const struct cog_scan *scan, json_t *patterns, const char *pattern,
               unsigned line)
{
    struct cog_ignore trial;

    if (!*pattern || *pattern == '#')
        return 0;
    cog_ignore_init(&trial);
    int result = cog_ignore_add(&trial, pattern);
    cog_ignore_release(&trial);
    if (result < 0 || json_array_append_new(patterns, json_string(pattern)) < 0)
        return cog_report(scan->diags, COG_ERROR,
                          (struct cog_pos){.file = file, .line = line}, "ignore.pattern",
                          "not a valid pattern: %s", pattern);
    return 0;
}

int cog_detect_ignore(const struct cog_scan *scan)
{
    auto_free char *text = cog_scan_read(scan, file);
    json_t *patterns = json_array();
    int result = 0;

    json_object_set_new(scan->facts, "ignore", patterns);
    if (!text)
        return 0;
    const char *line = strncmp(text, "\xEF\xBB\xBF", 3) == 0 ? text + 3 : text;
    for (unsigned number = 1; *line; number++) {
        size_t length = strcspn(line, "\n");
        char *pattern = trimmed(line, length);
        result |= add(scan, patterns, pattern, number);
        free(pattern);
        line += length + (line[length] == '\n');
    }
    return result;
}
