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

/* One line without its end. */
static int add_line(const struct cog_scan *scan, json_t *patterns, const char *line,
                    size_t length, unsigned number)
{
    struct cog_pos at = {.file = file, .line = number};

    if (length && *line == '#') /* not where blanks stand before it */
        return 0;
    for (; length && (*line == ' ' || *line == '\t'); length--)
        line++;
    while (length && (line[length - 1] == ' ' || line[length - 1] == '\t'))
        length--;
    json_t *text = memchr(line, '\0', length) ? NULL : json_stringn(line, length);
    if (!text)
        return cog_report(scan->diags, COG_ERROR, at, "ignore.encoding",
                          "this is not text in UTF-8; save the file so");
    const char *fault = cog_ignore_fault(json_string_value(text));
    if (fault)
        cog_report(scan->diags, COG_ERROR, at, "ignore.pattern", "%s: %s",
                   json_string_value(text), fault);
    else if (length)
        json_array_append(patterns, text);
    json_decref(text);
    return fault ? -1 : 0;
}

static int read_lines(const struct cog_scan *scan, json_t *patterns, const char *text,
                      size_t size)
{
    const char *line = text, *end = text + size;
    int result = 0;

    if (size >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0)
        line += 3;
    for (unsigned number = 1; line < end; number++) {
        const char *newline = memchr(line, '\n', (size_t)(end - line));
        const char *next = newline ? newline + 1 : end;
        size_t length = (size_t)((newline ? newline : end) - line);
        if (length && line[length - 1] == '\r')
            length--;
        result |= add_line(scan, patterns, line, length, number);
        line = next;
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
