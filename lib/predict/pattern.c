/* pattern.c - translates what is common to Python and POSIX extended expressions. */
#include "predict/pattern.h"

#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/text.h"

/* What stands for a class such as \d inside or outside of brackets; NULL: no such thing. */
static const char *class_of(char letter)
{
    switch (letter) {
    case 'd':
        return "0-9";
    case 'w':
        return "A-Za-z0-9_";
    case 's':
        return "[:space:]";
    default:
        return NULL;
    }
}

/* Writes the escape that begins after the backslash. */
static bool put_escape(FILE *stream, char letter, bool in_brackets)
{
    const char *class = class_of(letter);

    if (class)
        return fprintf(stream, in_brackets ? "%s" : "[%s]", class) > 0;
    /* In brackets, POSIX knows no escapes; `\-` and `\]` would need to be moved about. */
    if (in_brackets || !letter || !strchr(".^$*+?()[]{}|\\/-", letter))
        return false;
    if (strchr("/-", letter))
        return fputc(letter, stream) != EOF;
    return fprintf(stream, "\\%c", letter) > 0;
}

/* Whether the expression means the same in both, and its translation if so. Sets apart:
 * (?…), lazy and possessive quantifiers, and bytes beyond ASCII, which POSIX counts one by
 * one in this locale. */
static bool translate(FILE *stream, const char *pattern)
{
    bool in_brackets = false;

    for (const char *c = pattern; *c; c++) {
        bool quantified = strchr("*+?}", *c) && (c[1] == '?' || c[1] == '+');
        if ((unsigned char)*c >= 0x80 || (!in_brackets && quantified) ||
            (!in_brackets && c[0] == '(' && c[1] == '?'))
            return false;
        if (*c == '\\') {
            if (!put_escape(stream, *++c, in_brackets))
                return false;
            continue;
        }
        if (*c == '[' && in_brackets)
            return false;
        bool opens = *c == '[' && !in_brackets;
        bool closes = *c == ']' && in_brackets;
        in_brackets = (in_brackets || opens) && !closes;
        (void)fputc(*c, stream);
        if (opens && c[1] == '^')
            (void)fputc(*++c, stream);
        if (opens && c[1] == ']')
            (void)fputc(*++c, stream);
    }
    return !in_brackets;
}

static bool is_ascii(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text >= 0x80)
            return false;
    return true;
}

bool cog_pattern_may_match(const char *pattern, const char *text)
{
    auto_free char *posix = NULL;
    size_t size;
    regex_t compiled;
    FILE *stream = cog_text_open(&posix, &size);
    bool common = translate(stream, pattern);
    cog_text_close(stream, &posix);
    if (!common || !is_ascii(text) || strchr(text, '\n') ||
        regcomp(&compiled, posix, REG_EXTENDED | REG_NOSUB) != 0)
        return true;
    bool matches = regexec(&compiled, text, 0, NULL, 0) != REG_NOMATCH;
    regfree(&compiled);
    return matches;
}
