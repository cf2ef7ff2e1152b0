/* string.c - TOML's strings, basic and literal, of one line and of several, and keys. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "toml/reader.h"

/* The string that is being read. */
struct string {
    const char *begin; /* its first quote */
    char quote;
    bool lines; /* it may have several */
    char *out;  /* where the next byte goes in `scratch` */
};

static int hex_digit(int byte)
{
    if (byte >= '0' && byte <= '9')
        return byte - '0';
    if (byte >= 'a' && byte <= 'f')
        return byte - 'a' + 10;
    if (byte >= 'A' && byte <= 'F')
        return byte - 'A' + 10;
    return -1;
}

static void put_code_point(struct string *s, uint32_t code)
{
    if (code < 0x80) {
        *s->out++ = (char)code;
        return;
    }
    if (code < 0x800) {
        *s->out++ = (char)(0xc0 | code >> 6);
    } else {
        if (code < 0x10000) {
            *s->out++ = (char)(0xe0 | code >> 12);
        } else {
            *s->out++ = (char)(0xf0 | code >> 18);
            *s->out++ = (char)(0x80 | (code >> 12 & 0x3f));
        }
        *s->out++ = (char)(0x80 | (code >> 6 & 0x3f));
    }
    *s->out++ = (char)(0x80 | (code & 0x3f));
}

/* The `digits` after \u or \U. */
static int unicode(struct reader *r, struct string *s, unsigned digits)
{
    const char *begin = r->at - 2;
    uint32_t code = 0;

    for (; digits; digits--, r->at++) {
        int digit = hex_digit(cog_toml_peek(r));
        if (digit < 0)
            return cog_toml_expected(r, "4 hexadecimal digits after \\u, 8 after \\U");
        code = code << 4 | (uint32_t)digit;
    }
    if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
        return cog_report(r->diags, COG_ERROR, cog_toml_where(r, begin), "toml.syntax",
                          "%.*s is not a Unicode character", (int)(r->at - begin), begin);
    if (!code)
        return cog_report(r->diags, COG_ERROR, cog_toml_where(r, begin), "toml.limit",
                          "a string cannot hold the character NUL here");
    put_code_point(s, code);
    return 0;
}

/* A backslash at the end of a line: all blanks and line ends after it are left out. */
static bool line_ends(struct reader *r, const struct string *s)
{
    const char *begin = r->at;

    if (!s->lines)
        return false;
    cog_toml_blanks(r);
    if (!cog_toml_newline(r)) {
        r->at = begin;
        return false;
    }
    do
        cog_toml_blanks(r);
    while (cog_toml_newline(r));
    return true;
}

static int escape(struct reader *r, struct string *s)
{
    static const char letters[] = "btnfr\"\\", bytes[] = "\b\t\n\f\r\"\\";

    r->at++;
    if (line_ends(r, s))
        return 0;
    int letter = cog_toml_peek(r);
    const char *known = letter > 0 ? strchr(letters, letter) : NULL;
    if (!known && letter != 'u' && letter != 'U')
        return cog_toml_expected(
            r, "one of b t n f r \" \\ u U after the backslash (or a 'literal' string)");
    r->at++;
    if (!known)
        return unicode(r, s, letter == 'u' ? 4 : 8);
    *s->out++ = bytes[known - letters];
    return 0;
}

/* At a quote: whether the string ends here. Up to two quotes may stand before the three
 * that close a string of several lines. */
static bool closes(struct reader *r, struct string *s)
{
    ptrdiff_t most = s->lines ? 5 : 1, run = 0;

    while (run < most && r->end - r->at > run && r->at[run] == s->quote)
        run++;
    r->at += run;
    bool closed = !s->lines || run >= 3;
    ptrdiff_t own = !closed ? run : s->lines ? run - 3 : 0;
    for (; own > 0; own--)
        *s->out++ = s->quote;
    return closed;
}

/* What is neither a quote, an escape nor printable. */
static int unprintable(struct reader *r, struct string *s)
{
    if (s->lines && cog_toml_newline(r)) {
        *s->out++ = '\n';
        return 0;
    }
    int byte = cog_toml_peek(r);
    if (byte != COG_TOML_END && byte != '\n')
        return cog_toml_expected(r, "control characters to be escaped");
    const char *end = s->quote == '"' ? "\"\"\"" : "'''";
    return cog_report(r->diags, COG_ERROR, cog_toml_where(r, s->begin), "toml.syntax",
                      "this string is not closed; %.*s ends it%s", s->lines ? 3 : 1, end,
                      s->lines ? "" : ", on the same line");
}

static struct string open_string(struct reader *r)
{
    struct string s = {.begin = r->at, .quote = *r->at, .out = r->scratch};

    r->at++;
    if (r->end - r->at >= 2 && r->at[0] == s.quote && r->at[1] == s.quote) {
        s.lines = true;
        r->at += 2;
        cog_toml_newline(r);
    }
    return s;
}

long cog_toml_string(struct reader *r)
{
    struct string s = open_string(r);

    for (;;) {
        int byte = cog_toml_peek(r), result = 0;
        if (byte == s.quote) {
            if (closes(r, &s))
                return s.out - r->scratch;
        } else if (byte == '\\' && s.quote == '"') {
            result = escape(r, &s);
        } else if (cog_toml_printable(byte)) {
            *s.out++ = *r->at++;
        } else {
            result = unprintable(r, &s);
        }
        if (result < 0)
            return -1;
    }
}
