/* encoding.c - byte order marks, PEP 263, and the decoders that they choose. */
#include "pep/encoding.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/text.h"

/* Reads one character of at most `size` bytes (not 0) into `*code`; returns its length, or
 * 0 when the bytes are none. */
typedef size_t read_character(const unsigned char *bytes, size_t size, unsigned long *code);

struct decoder {
    const char *name;
    read_character *read;
};

static size_t read_ascii(const unsigned char *bytes, size_t size, unsigned long *code)
{
    (void)size;
    *code = *bytes;
    return *bytes < 0x80;
}

static size_t read_latin1(const unsigned char *bytes, size_t size, unsigned long *code)
{
    (void)size;
    *code = *bytes;
    return 1;
}

/* RFC 3629: the shortest form only. What no character is (surrogates, too large) is the
 * caller's to refuse. */
static size_t read_utf8(const unsigned char *bytes, size_t size, unsigned long *code)
{
    static const unsigned long least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t length = *bytes < 0x80 ? 1 : *bytes < 0xE0 ? 2 : *bytes < 0xF0 ? 3 : 4;

    if (length > size || (*bytes >= 0x80 && *bytes < 0xC0) || *bytes > 0xF4)
        return 0;
    *code = length == 1 ? *bytes : *bytes & (0x7FU >> length);
    for (size_t i = 1; i < length; i++) {
        if ((bytes[i] & 0xC0) != 0x80)
            return 0;
        *code = *code << 6 | (bytes[i] & 0x3F);
    }
    return *code < least[length] ? 0 : length;
}

static unsigned long unit16(const unsigned char *bytes, bool big)
{
    return (unsigned long)bytes[!big] << 8 | bytes[big];
}

static size_t read_utf16(const unsigned char *bytes, size_t size, bool big,
                         unsigned long *code)
{
    if (size < 2)
        return 0;
    *code = unit16(bytes, big);
    if (*code < 0xD800 || *code >= 0xDC00)
        return 2;
    unsigned long low = size < 4 ? 0 : unit16(bytes + 2, big);
    if (low < 0xDC00 || low >= 0xE000)
        return 0;
    *code = 0x10000 + ((*code - 0xD800) << 10) + (low - 0xDC00);
    return 4;
}

static size_t read_utf16_le(const unsigned char *bytes, size_t size, unsigned long *code)
{
    return read_utf16(bytes, size, false, code);
}

static size_t read_utf16_be(const unsigned char *bytes, size_t size, unsigned long *code)
{
    return read_utf16(bytes, size, true, code);
}

static size_t read_utf32_le(const unsigned char *bytes, size_t size, unsigned long *code)
{
    if (size < 4)
        return 0;
    *code = unit16(bytes + 2, false) << 16 | unit16(bytes, false);
    return 4;
}

static size_t read_utf32_be(const unsigned char *bytes, size_t size, unsigned long *code)
{
    if (size < 4)
        return 0;
    *code = unit16(bytes, true) << 16 | unit16(bytes + 2, true);
    return 4;
}

/* UTF-32 first: the mark of UTF-16 is the beginning of its. */
static const struct {
    const char *mark;
    size_t size;
    struct decoder decoder;
} marks[] = {
    {"\xEF\xBB\xBF", 3, {"UTF-8", read_utf8}},
    {"\xFF\xFE\0\0", 4, {"UTF-32", read_utf32_le}},
    {"\0\0\xFE\xFF", 4, {"UTF-32", read_utf32_be}},
    {"\xFF\xFE", 2, {"UTF-16", read_utf16_le}},
    {"\xFE\xFF", 2, {"UTF-16", read_utf16_be}},
};

/* As Python spells them, in lower case and with _ for -. */
static const struct {
    const char *alias;
    struct decoder decoder;
} aliases[] = {
    {"utf_8", {"UTF-8", read_utf8}},
    {"utf8", {"UTF-8", read_utf8}},
    {"u8", {"UTF-8", read_utf8}},
    {"utf_8_sig", {"UTF-8", read_utf8}},
    {"ascii", {"ASCII", read_ascii}},
    {"us_ascii", {"ASCII", read_ascii}},
    {"latin_1", {"Latin-1", read_latin1}},
    {"latin1", {"Latin-1", read_latin1}},
    {"l1", {"Latin-1", read_latin1}},
    {"latin", {"Latin-1", read_latin1}},
    {"iso_8859_1", {"Latin-1", read_latin1}},
    {"iso8859_1", {"Latin-1", read_latin1}},
    {"8859", {"Latin-1", read_latin1}},
    {"cp819", {"Latin-1", read_latin1}},
};

static bool is_name(char c)
{
    return isalnum((unsigned char)c) || c == '-' || c == '_' || c == '.';
}

/* The name in "coding: NAME" or "coding=NAME" of a comment line; the caller frees it. NULL
 * when there is none. */
static char *named_encoding(const char *line, size_t length)
{
    static const char word[] = "coding";

    if (!length || *line != '#')
        return NULL;
    for (size_t i = 0; i + sizeof word <= length; i++) {
        size_t at = i + sizeof word, start, end;
        if (memcmp(line + i, word, sizeof word - 1) != 0 ||
            (line[at - 1] != ':' && line[at - 1] != '='))
            continue;
        for (start = at; start < length && isspace((unsigned char)line[start]);)
            start++;
        for (end = start; end < length && is_name(line[end]);)
            end++;
        if (end > start)
            return cog_strndup(line + start, end - start);
    }
    return NULL;
}

static bool is_called(const char *alias, const char *name)
{
    for (; *alias; alias++, name++)
        if (*alias != (*name == '-' ? '_' : tolower((unsigned char)*name)))
            return false;
    return !*name;
}

static const struct decoder *decoder_called(const char *name)
{
    for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++)
        if (is_called(aliases[i].alias, name))
            return &aliases[i].decoder;
    return NULL;
}

/* Moves `*bytes` behind a mark. NULL after a diagnostic. */
static const struct decoder *choose(const char **bytes, size_t *size, struct cog_pos at,
                                    struct cog_diags *diags)
{
    const char *line = *bytes, *end = *bytes + *size;

    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        if (*size < marks[i].size || memcmp(*bytes, marks[i].mark, marks[i].size) != 0)
            continue;
        *bytes += marks[i].size;
        *size -= marks[i].size;
        return &marks[i].decoder;
    }
    for (at.line = 1; at.line <= 2 && line < end; at.line++) {
        const char *newline = memchr(line, '\n', (size_t)(end - line));
        size_t length = (size_t)((newline ? newline : end) - line);
        auto_free char *name = named_encoding(line, length);
        const struct decoder *found = name ? decoder_called(name) : &marks[0].decoder;
        if (!found)
            cog_report(diags, COG_ERROR, at, "requirements.encoding",
                       "the encoding %s cannot be read; save the file as UTF-8", name);
        if (name)
            return found;
        line += length + 1;
    }
    return &marks[0].decoder;
}

/* Writes a character as UTF-8; false when the number is none. */
static bool put(FILE *out, unsigned long code)
{
    if (!code || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000))
        return false;
    if (code < 0x80) {
        (void)fputc((int)code, out);
        return true;
    }
    int shift = code < 0x800 ? 6 : code < 0x10000 ? 12 : 18;
    unsigned head = shift == 6 ? 0xC0 : shift == 12 ? 0xE0 : 0xF0;
    (void)fputc((int)(head | code >> shift), out);
    while ((shift -= 6) >= 0)
        (void)fputc((int)(0x80 | (code >> shift & 0x3F)), out);
    return true;
}

/* Returns 0, or the number of the line that cannot be read. */
static unsigned decode(const char *bytes, size_t size, const struct decoder *decoder,
                       FILE *out)
{
    const unsigned char *next = (const unsigned char *)bytes;
    unsigned long code = 0;
    unsigned line = 1;

    for (size_t length; size; next += length, size -= length) {
        length = decoder->read(next, size, &code);
        if (!length || !put(out, code))
            return line;
        line += code == '\n';
    }
    return 0;
}

char *cog_encoding_decode(const char *bytes, size_t size, const char *file,
                          struct cog_diags *diags)
{
    struct cog_pos at = {.file = file};
    const struct decoder *decoder = choose(&bytes, &size, at, diags);
    size_t length;
    char *text;

    if (!decoder)
        return NULL;
    FILE *out = cog_text_open(&text, &length);
    at.line = decode(bytes, size, decoder, out);
    cog_text_close(out, &text);
    if (!at.line)
        return text;
    free(text);
    cog_report(diags, COG_ERROR, at, "requirements.encoding",
               "is not text in %s; save the file as UTF-8, or name its encoding in the "
               "first line, as in \"# coding: latin-1\"",
               decoder->name);
    return NULL;
}
