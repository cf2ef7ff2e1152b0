/* report_text.c - texts of a build's reports. */
#include "steps/report_text.h"

#include <stdbool.h>
#include <string.h>

#include "base/alloc.h"
#include "base/character.h"

/* The length of the escape sequence at `text` (ECMA-48: CSI, OSC, or ESC and one byte). */
static size_t escape_length(const char *text, size_t size)
{
    size_t at = 2;

    if (size < 2)
        return size;
    if (text[1] == '[') {
        while (at < size && !(text[at] >= '@' && text[at] <= '~'))
            at++;
        return at < size ? at + 1 : size;
    }
    if (text[1] == ']') {
        while (at < size && text[at] != '\a' && text[at] != '\033')
            at++;
        return at < size && text[at] == '\a' ? at + 1 : at;
    }
    return 2;
}

/* Copies the character at `line` if a terminal may see it; returns its length. */
static size_t copy_character(const char *line, size_t size, char *text, size_t *length)
{
    uint32_t code;
    size_t part = cog_character_decode(line, size, &code);

    if (part == 0) { /* not UTF-8 */
        text[(*length)++] = '?';
        return 1;
    }
    if (code == '\r') {
        *length = 0;
    } else if (code == '\t') {
        text[(*length)++] = ' ';
    } else if (code >= ' ' && (code < 0x7f || code > 0x9f)) {
        memcpy(text + *length, line, part);
        *length += part;
    }
    return part;
}

char *cog_report_line(const char *line, size_t size)
{
    char *text = cog_alloc(size + 1);
    size_t length = 0, part;

    while (size > 0 && (line[size - 1] == '\r' || line[size - 1] == '\n'))
        size--;
    for (; size > 0; line += part, size -= part)
        part = *line == '\033' ? escape_length(line, size)
                               : copy_character(line, size, text, &length);
    text[length] = '\0';
    return text;
}

/* Days from 1970-01-01 to a date of the Gregorian calendar. */
static int64_t days(int year, int month, int day)
{
    int64_t y = month > 2 ? year : year - 1; /* years begin in March: leap days come last */
    int64_t m = month > 2 ? month - 3 : month + 9;

    return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719468;
}

/* Reads exactly `count` digits and moves on; `*valid` becomes false for what is no digit.
 */
static int number(const char **text, unsigned count, bool *valid)
{
    int value = 0;

    for (; *valid && count > 0; count--, ++*text) {
        *valid = **text >= '0' && **text <= '9';
        value = 10 * value + (**text - '0');
    }
    return value;
}

/* Reads a separator. */
static void expect(const char **text, char separator, bool *valid)
{
    *valid = *valid && **text == separator;
    if (*valid)
        ++*text;
}

int64_t cog_report_time(const char *text)
{
    static const unsigned digits[] = {4, 2, 2, 2, 2, 2};
    static const char separators[] = "--T::";
    int parts[6] = {0};
    int64_t milliseconds = 0, unit = 100;
    bool valid = text != NULL;

    for (size_t i = 0; valid && i < 6; i++) {
        if (i > 0)
            expect(&text, separators[i - 1], &valid);
        parts[i] = number(&text, digits[i], &valid);
    }
    if (!valid)
        return 0;
    if (*text++ == '.') {
        for (; *text >= '0' && *text <= '9'; text++) {
            milliseconds += (*text - '0') * unit;
            unit /= 10;
        }
    }
    return ((days(parts[0], parts[1], parts[2]) * 24 + parts[3]) * 60 + parts[4]) * 60000 +
           (int64_t)parts[5] * 1000 + milliseconds;
}
