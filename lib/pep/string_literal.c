/* string_literal.c - string literals of Python: their escapes. */
#include "pep/string_literal.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"

static void put_character(FILE *out, unsigned long point)
{
    if (point < 0x80) {
        (void)fputc((int)point, out);
        return;
    }
    if (point < 0x800) {
        (void)fputc((int)(0xC0 | point >> 6), out);
    } else if (point < 0x10000) {
        (void)fputc((int)(0xE0 | point >> 12), out);
        (void)fputc((int)(0x80 | (point >> 6 & 0x3F)), out);
    } else {
        (void)fputc((int)(0xF0 | point >> 18), out);
        (void)fputc((int)(0x80 | (point >> 12 & 0x3F)), out);
        (void)fputc((int)(0x80 | (point >> 6 & 0x3F)), out);
    }
    (void)fputc((int)(0x80 | (point & 0x3F)), out);
}

/* At most `most` digits of `base`; returns how many there are. */
static size_t take_number(const char *text, int base, size_t most, unsigned long *number)
{
    char digits[9] = "";
    size_t count = 0;

    while (count < most && isxdigit((unsigned char)text[count]) &&
           (base == 16 || (text[count] >= '0' && text[count] <= '7'))) {
        digits[count] = text[count];
        count++;
    }
    *number = strtoul(digits, NULL, base);
    return count;
}

/* An escape that names its character by number; 0 when it is wrong, or its length. */
static size_t take_numbered(FILE *out, const char *text)
{
    static const char kinds[] = "xuU";
    static const size_t sizes[] = {2, 4, 8};
    const char *kind = strchr(kinds, *text);
    unsigned long point;
    size_t size = kind ? sizes[kind - kinds] : 0;
    size_t count =
        kind ? take_number(text + 1, 16, size, &point) : take_number(text, 8, 3, &point);

    if ((kind && count < size) || !point || point > 0x10FFFF ||
        (point >= 0xD800 && point <= 0xDFFF))
        return 0;
    put_character(out, point);
    return count + (kind != NULL);
}

/* What follows a backslash, in a text that ends at `end`. Returns its length; 0: wrong. */
static size_t take_escape(FILE *out, const char *text, const char *end)
{
    static const char letters[] = "abfnrtv\\'\"", meanings[] = "\a\b\f\n\r\t\v\\'\"";
    const char *letter = strchr(letters, *text);

    if (text == end || *text == 'N')
        return 0;
    if (*text == '\r' || *text == '\n') /* a line that goes on */
        return strncmp(text, "\r\n", 2) == 0 ? 2 : 1;
    if (strchr("xuU01234567", *text))
        return take_numbered(out, text);
    if (!letter)
        (void)fputc('\\', out);
    (void)fputc(letter ? meanings[letter - letters] : *text, out);
    return 1;
}

/* Returns where it stopped: at `end`, or at what is wrong. */
static const char *unescape(FILE *out, const char *text, const char *end)
{
    while (text < end && *text != '\n' && *text != '\r') {
        if (*text != '\\') {
            (void)fputc(*text++, out);
            continue;
        }
        size_t length = take_escape(out, text + 1, end);
        if (!length)
            return text;
        text += 1 + length;
    }
    return text;
}

char *cog_string_literal_read(const char **next, struct cog_fault *fault)
{
    const char *start = *next, *end = strchr(start + 1, *start);
    char *value;
    size_t size;

    if (!end) {
        *fault = (struct cog_fault){"a quote is not closed", 0};
        return NULL;
    }
    FILE *out = cog_text_open(&value, &size);
    const char *stop = unescape(out, start + 1, end);
    cog_text_close(out, &value);
    if (stop == end) {
        *next = end + 1;
        return value;
    }
    *fault = (struct cog_fault){*stop == '\\' ? "this escape has no meaning"
                                              : "a quoted text cannot hold a line break",
                                (size_t)(stop - start)};
    free(value);
    return NULL;
}

/* Whether the byte has a meaning of its own, here or in a requirements file. */
static bool is_special(char c, char quote)
{
    return c == quote || c == '#' || c == '$' || iscntrl((unsigned char)c);
}

/* Line ends for Python, beyond ASCII. Returns how long the one at `text` is; 0: none. */
static size_t write_line_end(FILE *out, const char *text)
{
    static const char *const ends[][2] = {
        {"\xC2\x85", "\\x85"}, {"\u2028", "\\u2028"}, {"\u2029", "\\u2029"}};

    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (strncmp(text, ends[i][0], strlen(ends[i][0])) == 0) {
            (void)fputs(ends[i][1], out);
            return strlen(ends[i][0]);
        }
    return 0;
}

void cog_string_literal_write(FILE *out, const char *value)
{
    char quote = strchr(value, '"') && !strchr(value, '\'') ? '\'' : '"';

    (void)fputc(quote, out);
    while (*value) {
        size_t length = write_line_end(out, value);
        if (!length && is_special(*value, quote))
            (void)fprintf(out, "\\x%02x", (unsigned)*value);
        else if (!length)
            (void)fprintf(out, *value == '\\' ? "\\\\" : "%c", *value);
        value += length ? length : 1;
    }
    (void)fputc(quote, out);
}
