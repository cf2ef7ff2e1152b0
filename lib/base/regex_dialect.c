/* regex_dialect.c - finds what a pattern means to its dialect and not to PCRE2. */
#include "base/regex_dialect.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static const char digits[] = "0123456789";
static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

/* What ECMA 262 has in \s, in \S and in a dot. The first two stand in brackets and begin
 * and end with a class, so that a range to or from them stays the fault that it is. */
static const char spaces[] =
    "\\s\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\ufeff\\s";
static const char others[] =
    "\\w\\u0001-\\u0008\\u000e-\\u001f!-\\u009f\\u00a1-\\u167f\\u1681-\\u1fff"
    "\\u200b-\\u2027\\u202a-\\u202e\\u2030-\\u205e\\u2060-\\u2fff\\u3001-\\ud7ff"
    "\\ue000-\\ufefe\\uff00-\\u{10ffff}\\w";
static const char dot[] = "[^\\n\\r\\u2028\\u2029]";

struct dialect {
    const char *escapes;   /* letters and digits that may stand behind a backslash */
    const char *groups[9]; /* what may stand behind "(?" */
    bool ecma;
};

static const struct dialect dialects[] = {
    [COG_REGEX_ECMA_262] = {"bBcdDfnpPrsStuvwWx", {":", "=", "!", "<=", "<!", "<"}, true},
    [COG_REGEX_PYTHON] = {"123456789AabdDfnrsStvwWx",
                          {":", "=", "!", "<=", "<!", "P<", "P=", "i)", "s)"},
                          false},
};

struct reader {
    const char *at;
    const struct dialect *dialect;
    FILE *out;
    const char *reason; /* why it failed, or NULL */
};

static bool refuse(struct reader *r, const char *reason)
{
    r->reason = reason;
    return false;
}

static bool emit(struct reader *r, const char *text)
{
    (void)fputs(text, r->out);
    return true;
}

/* Copies bytes of the pattern. */
static bool copy(struct reader *r, size_t count)
{
    (void)fwrite(r->at, 1, count, r->out);
    r->at += count;
    return true;
}

/* Whether the letter behind a backslash has what it needs. */
static bool is_whole(const char *letter)
{
    static const char hexadecimal[] = "0123456789abcdefABCDEF";

    switch (*letter) {
    case 'c':
        return letter[1] && strchr(letters, letter[1]);
    case 'p':
    case 'P':
        return letter[1] == '{';
    case 'u':
        return letter[1] == '{' || strspn(letter + 1, hexadecimal) >= 4;
    case 'x':
        return strspn(letter + 1, hexadecimal) >= 2;
    default: /* \12 is a group or a number in octal */
        return !strchr(digits, *letter) || !letter[1] || !strchr(digits, letter[1]);
    }
}

/* The length of "\\n" or "\\p{L}". */
static size_t escape_length(const char *at)
{
    if (!strchr("pPu", at[1]) || at[2] != '{')
        return 2;
    size_t length = strcspn(at, "}");
    return at[length] ? length + 1 : length;
}

/* Other characters than letters and digits mean themselves. */
static bool escape(struct reader *r, bool in_brackets)
{
    const char *letter = r->at + 1;

    if (!*letter)
        return copy(r, 1);
    if ((strchr(letters, *letter) || strchr(digits, *letter)) &&
        (!strchr(r->dialect->escapes, *letter) || !is_whole(letter)))
        return refuse(r, "an escape that is not supported");
    bool space = r->dialect->ecma && (*letter == 's' || *letter == 'S');
    if (!space && *letter != 'v')
        return copy(r, escape_length(r->at));
    r->at += 2;
    if (*letter == 'v') /* PCRE2 has all vertical space in it */
        return emit(r, "\\x0b");
    emit(r, in_brackets ? "" : "[");
    emit(r, *letter == 's' ? spaces : others);
    return emit(r, in_brackets ? "" : "]");
}

static bool brackets(struct reader *r)
{
    copy(r, r->at[1] == '^' ? 2 : 1);
    if (*r->at == ']' && !r->dialect->ecma)
        copy(r, 1);
    while (*r->at && *r->at != ']') {
        if (*r->at == '[') /* "[:alpha:]" is a class to PCRE2 alone */
            emit(r, "\\");
        if (*r->at == '\\' ? !escape(r, true) : !copy(r, 1))
            return false;
    }
    return copy(r, *r->at ? 1 : 0);
}

static bool group(struct reader *r)
{
    const char *kind = r->at + 2;

    if (r->at[1] == '*')
        return refuse(r, "a repetition of nothing");
    if (r->at[1] != '?')
        return copy(r, 1);
    for (size_t i = 0; i < sizeof r->dialect->groups / sizeof *r->dialect->groups; i++) {
        const char *known = r->dialect->groups[i];
        if (known && strncmp(kind, known, strlen(known)) == 0)
            return copy(r, 2 + strlen(known));
    }
    return refuse(r, "a group that is not supported");
}

/* The length of "*", "+", "?", "{2}", "{2,}" or "{2,3}", else 0. */
static size_t quantifier(const char *text)
{
    if (*text != '{')
        return 1;
    size_t least = strspn(text + 1, digits), length = 1 + least;
    if (text[length] == ',')
        length += 1 + strspn(text + length + 1, digits);
    return least && text[length] == '}' ? length + 1 : 0;
}

static bool repeat(struct reader *r)
{
    size_t length = quantifier(r->at);

    if (length == 0)
        return refuse(r, "a { that begins no repetition; write \\{");
    copy(r, length);
    if (*r->at == '+')
        return refuse(r, "a repetition of a repetition");
    return copy(r, *r->at == '?' ? 1 : 0);
}

static bool step(struct reader *r)
{
    switch (*r->at) {
    case '(':
        return group(r);
    case '[':
        return brackets(r);
    case '\\':
        return escape(r, false);
    case '*':
    case '+':
    case '?':
    case '{':
        return repeat(r);
    case '.':
        if (!r->dialect->ecma)
            return copy(r, 1);
        r->at++;
        return emit(r, dot);
    default:
        return copy(r, 1);
    }
}

char *cog_regex_translate(const char *pattern, enum cog_regex_dialect dialect,
                          const char **reason)
{
    char *text = NULL;
    size_t size;
    struct reader r = {.at = pattern, .dialect = &dialects[dialect]};

    r.out = cog_text_open(&text, &size);
    while (*r.at && step(&r))
        ;
    cog_text_close(r.out, &text);
    *reason = r.reason;
    if (!r.reason)
        return text;
    free(text);
    return NULL;
}
