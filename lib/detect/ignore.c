/* ignore.c - the patterns of .dockerignore. */
#include "tree/ignore.h"

#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "base/doc.h"
#include "base/path.h"
#include "detect/detect.h"

enum { MAX_BYTES = 1 << 20 };

static const char file[] = ".dockerignore";

/* One line without its end. Returns a new reference to its text without the blanks around
 * it, "" when it is a comment; NULL when it is not text. */
static json_t *read_line(const char *line, size_t length)
{
    if (length && line[length - 1] == '\r')
        length--;
    if (length && *line == '#') /* not where blanks stand before it */
        return json_string("");
    for (; length && (*line == ' ' || *line == '\t'); length--)
        line++;
    while (length && (line[length - 1] == ' ' || line[length - 1] == '\t'))
        length--;
    return memchr(line, '\0', length) ? NULL : json_stringn(line, length);
}

static int add_pattern(const struct cog_scan *scan, json_t *patterns, json_t *text,
                       struct cog_pos at)
{
    const char *pattern = json_string_value(text), *fault = cog_ignore_fault(pattern);

    if (fault)
        return cog_report(scan->diags, COG_ERROR, at, "ignore.pattern", "%s: %s", pattern,
                          fault);
    if (*pattern)
        json_array_append(patterns, text);
    return 0;
}

static int read_lines(const struct cog_scan *scan, json_t *patterns, const char *text,
                      size_t size)
{
    const char *line = text, *end = text + size;
    struct cog_pos at = {.file = file};
    int result = 0;

    if (size >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0)
        line += 3;
    while (line < end) {
        const char *newline = memchr(line, '\n', (size_t)(end - line));
        json_auto_t *read = read_line(line, (size_t)((newline ? newline : end) - line));
        at.line++;
        if (!read)
            return cog_report(scan->diags, COG_ERROR, at, "ignore.encoding",
                              "this is not text in UTF-8; save the file so");
        result |= add_pattern(scan, patterns, read, at);
        line = newline ? newline + 1 : end;
    }
    return result;
}

int cog_detect_ignore(const struct cog_scan *scan)
{
    auto_free char *full = cog_path_join(scan->root, file);
    json_t *patterns = json_array();
    size_t size;

    json_object_set_new(scan->facts, "ignore", patterns);
    if (access(full, F_OK) != 0)
        return 0;
    auto_free char *text = cog_read_file(full, MAX_BYTES, &size, scan->diags);
    return text ? read_lines(scan, patterns, text, size) : -1;
}
