/* lines.c - physical lines into logical ones. */
#include "pep/lines.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"

/* The length of the white space character at `text` in bytes, or 0. These are the
 * characters for which Python's str.isspace() holds. */
static size_t space_length(const char *text)
{
    static const char *const wide[] = {
        "\xC2\x85",     "\xC2\xA0",     "\xE1\x9A\x80", "\xE2\x80\xA8",
        "\xE2\x80\xA9", "\xE2\x80\xAF", "\xE2\x81\x9F", "\xE3\x80\x80",
    };
    unsigned char first = (unsigned char)*text;

    if (first < 0x80)
        return (first >= '\t' && first <= '\r') || (first >= 0x1C && first <= ' ');
    for (size_t i = 0; i < sizeof wide / sizeof *wide; i++)
        if (strncmp(text, wide[i], strlen(wide[i])) == 0)
            return strlen(wide[i]);
    /* U+2000 to U+200A */
    bool quad = strncmp(text, "\xE2\x80", 2) == 0 && (unsigned char)text[2] <= 0x8A;
    return quad ? 3 : 0;
}

/* Likewise for what ends a line of Python's str.splitlines(). */
static size_t break_length(const char *text)
{
    size_t length = space_length(text);

    if (*text == '\r' && text[1] == '\n')
        return 2;
    if (length == 1 && (*text == '\t' || *text == 0x1F || *text == ' '))
        return 0;
    if (length == 2 && (unsigned char)text[1] == 0xA0)
        return 0;
    if (length == 3 && strncmp(text, "\xE2\x80\xA8", 3) != 0 &&
        strncmp(text, "\xE2\x80\xA9", 3) != 0)
        return 0;
    return length;
}

static bool is_comment(const char *line)
{
    for (size_t length; (length = space_length(line)); line += length)
        if (break_length(line))
            return false;
    return *line == '#';
}

/* One physical line: appends it to `out`. Returns whether the next one continues it. */
static bool append_physical(struct cog_lines *lines, FILE *out)
{
    const char *start = lines->next, *end = start;
    bool comment = is_comment(start);

    while (*end && !break_length(end))
        end++;
    lines->next = end + (*end ? break_length(end) : 0);
    lines->number++;
    bool more = !comment && end > start && end[-1] == '\\';
    while (more && start < end && *start == '\\')
        start++;
    while (more && start < end && end[-1] == '\\')
        end--;
    if (comment) /* so that it is one after what it is joined to, too */
        (void)fputc(' ', out);
    (void)fwrite(start, 1, (size_t)(end - start), out);
    return more;
}

static void cut_comment(char *line)
{
    bool space = true;

    for (char *next = line; *next;) {
        size_t length = space_length(next);
        if (*next == '#' && space) {
            *next = '\0';
            return;
        }
        space = length != 0;
        next += length ? length : 1;
    }
}

void cog_lines_strip(char *text)
{
    const char *start = text, *end;

    for (size_t length; (length = space_length(start)); start += length)
        ;
    end = start;
    for (const char *next = start; *next;) {
        size_t length = space_length(next);
        next += length ? length : 1;
        if (!length)
            end = next;
    }
    memmove(text, start, (size_t)(end - start));
    text[end - start] = '\0';
}

char *cog_lines_next(struct cog_lines *lines, unsigned *number)
{
    while (*lines->next) {
        char *line;
        size_t size;
        FILE *out = cog_text_open(&line, &size);
        *number = lines->number;
        while (*lines->next && append_physical(lines, out))
            ;
        cog_text_close(out, &line);
        cut_comment(line);
        cog_lines_strip(line);
        if (*line)
            return line;
        free(line);
    }
    return NULL;
}
