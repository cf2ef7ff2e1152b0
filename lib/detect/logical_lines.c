/* logical_lines.c - the logical lines of a Python file.
 *
 * Strings are only stepped over. In a formatted one (f"", and t"" of PEP 750), a field may
 * hold strings with the same quotes again (PEP 701), and its format may hold fields. */
#include "detect/logical_lines.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

enum { MAX_NESTING = 32 }; /* of strings in fields of strings */

/* One string while it is stepped over. */
struct string {
    const char *start; /* the file's text */
    char quote;
    bool triple;
    unsigned nesting;
};

static const char *skip_string(const char *start, const char *at, unsigned nesting);

void cog_logical_line_init(struct cog_logical_line *line, const char *text)
{
    size_t bom = strncmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;

    *line = (struct cog_logical_line){.start = text, .at = text + bom};
    line->text = cog_alloc(strlen(text) + 1);
}

void cog_logical_line_release(struct cog_logical_line *line)
{
    free(line->text);
}

/* Whether the letters before the quote at `at` make it a formatted string. */
static bool is_formatted(const char *start, const char *at)
{
    bool formatted = false;

    for (int i = 0; i < 2 && at > start && strchr("rRfFtT", at[-1]); i++)
        formatted = *--at != 'r' && *at != 'R' ? true : formatted;
    return formatted && (at == start || (at[-1] != '_' && !isalnum((unsigned char)at[-1])));
}

/* The length of the closing quotes at `at`, or 0. */
static size_t closing(const struct string *string, const char *at)
{
    if (*at != string->quote)
        return 0;
    if (!string->triple)
        return 1;
    return at[1] == *at && at[2] == *at ? 3 : 0;
}

/* Steps over a field: `at` is behind its "{". A quote in the format of a field is one of
 * the text, so the format ends where the string does. */
static const char *skip_field(const struct string *string, const char *at, unsigned nesting)
{
    unsigned brackets = 0;
    bool format = false;

    while (*at && !(format && (closing(string, at) || (*at == '\n' && !string->triple)))) {
        if (*at == '}' && brackets == 0)
            return at + 1;
        if (format && *at == '{' && nesting < MAX_NESTING) {
            at = skip_field(string, at + 1, nesting + 1);
            continue;
        }
        if (!format && (*at == '"' || *at == '\'')) {
            at = skip_string(string->start, at, nesting + 1);
            continue;
        }
        if (!format && strchr("([{", *at))
            brackets++;
        else if (!format && brackets && strchr(")]}", *at))
            brackets--;
        else if (*at == ':' && brackets == 0)
            format = true;
        at++;
    }
    return at;
}

/* How many characters a backslash takes with it, itself included. */
static size_t escaped(const char *at, bool formatted)
{
    if (!at[1] || (formatted && (at[1] == '{' || at[1] == '}')))
        return 1;
    return at[1] == '\r' && at[2] == '\n' ? 3 : 2;
}

/* Steps over the string whose first quote is at `at`. One that has no end in its line ends
 * before the line's end. */
static const char *skip_string(const char *start, const char *at, unsigned nesting)
{
    struct string string = {start, *at, at[1] == *at && at[2] == *at, nesting};
    bool formatted = nesting < MAX_NESTING && is_formatted(start, at);

    for (at += string.triple ? 3 : 1; *at && (*at != '\n' || string.triple);) {
        size_t end = closing(&string, at);
        if (end)
            return at + end;
        if (*at == '\\')
            at += escaped(at, formatted);
        else if (formatted && *at == '{' && at[1] == '{')
            at += 2;
        else if (formatted && *at == '{')
            at = skip_field(&string, at + 1, nesting);
        else
            at++;
    }
    return at;
}

/* Moves to the next line that is not blank, and measures its indentation. */
static bool find_line(struct cog_logical_line *line)
{
    for (;; line->at++, line->read++) {
        for (line->indent = 0; *line->at && strchr(" \t\f\r", *line->at); line->at++) {
            if (*line->at == ' ')
                line->indent++;
            else if (*line->at == '\t')
                line->indent = (line->indent / 8 + 1) * 8;
            else
                line->indent = 0;
        }
        if (*line->at == '#')
            line->at += strcspn(line->at, "\n");
        if (*line->at != '\n')
            return *line->at;
    }
}

/* What a character of the line becomes; `*at` moves behind what was read. */
static const char *copy(const struct cog_logical_line *line, const char **at,
                        unsigned *brackets)
{
    static const char *const plain = "";
    const char *from = *at;

    if (*from == '#') {
        *at += strcspn(from, "\n");
        return " ";
    }
    if (*from == '"' || *from == '\'') {
        *at = skip_string(line->start, from, 0);
        return *at == from + 1 ? "\"" : "\"\"";
    }
    size_t joined = *from == '\\' ? escaped(from, false) : 0;
    if (joined && from[joined - 1] == '\n') {
        *at += joined;
        return " ";
    }
    if (strchr("([{", *from))
        ++*brackets;
    else if (*brackets && strchr(")]}", *from))
        --*brackets;
    ++*at;
    return *from == '\n' || *from == '\r' ? " " : plain;
}

bool cog_logical_line_next(struct cog_logical_line *line)
{
    unsigned brackets = 0;
    char *out = line->text;

    if (!find_line(line))
        return false;
    line->number = line->read + 1;
    const char *first = line->at;
    while (*line->at && (*line->at != '\n' || brackets)) {
        const char *from = line->at, *text = copy(line, &line->at, &brackets);
        size_t length = strlen(text);
        if (length)
            memcpy(out, text, length);
        else
            *out = *from;
        out += length ? length : 1;
    }
    *out = '\0';
    for (; first < line->at; first++)
        line->read += *first == '\n';
    return true;
}
