/* words.c - reads the words of a shell text. */
#include "shell/reader.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/text.h"

enum { MAX_DEPTH = 32 };

bool cog_shell_ends_word(char c)
{
    return !c || strchr(" \t\r\n;&|<>()", c);
}

static bool is_name(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (text[i] != '_' && !isalnum((unsigned char)text[i]))
            return false;
    return length && !isdigit((unsigned char)*text);
}

bool cog_shell_is_assignment(const char *at, size_t *length)
{
    *length = 0;
    while (at[*length] == '_' || isalnum((unsigned char)at[*length]))
        ++*length;
    return is_name(at, *length) &&
           (at[*length] == '=' || strncmp(at + *length, "+=", 2) == 0);
}

/* Steps over what is in braces or doubled parentheses: `at` is behind the opening. */
static void skip_expansion(struct cog_shell_reader *r, char open, char close)
{
    unsigned nesting = 1;

    while (*r->at && nesting) {
        if (*r->at == '\\' && r->at[1])
            r->at++;
        else if (*r->at == open)
            nesting++;
        else if (*r->at == close)
            nesting--;
        r->at++;
    }
    r->faulty |= nesting != 0;
}

void cog_shell_read_nested(struct cog_shell_reader *r, char closer)
{
    if (++r->depth > MAX_DEPTH)
        r->faulty = true;
    else
        cog_shell_read_list(r, closer);
    r->depth--;
    if (*r->at == closer)
        r->at++;
    else
        r->faulty = true;
}

/* `at` is behind the first backquote; a backslash keeps the next one from ending it. */
static void read_backquotes(struct cog_shell_reader *r)
{
    char *text;
    size_t size;
    FILE *out = cog_text_open(&text, &size);

    for (; *r->at && *r->at != '`'; r->at++) {
        if (*r->at == '\\' && r->at[1] && strchr("`\\$", r->at[1]))
            r->at++;
        (void)fputc(*r->at, out);
    }
    cog_text_close(out, &text);
    struct cog_shell_reader inner = {.start = text,
                                     .at = text,
                                     .commands = r->commands,
                                     .heredocs = json_array(),
                                     .depth = r->depth + 1,
                                     .nested = true};
    if (inner.depth > MAX_DEPTH)
        r->faulty = true;
    else
        cog_shell_read_list(&inner, '\0');
    r->faulty |= inner.faulty || *r->at != '`';
    r->at += *r->at == '`';
    json_decref(inner.heredocs);
    free(text);
}

/* What begins with a dollar. Returns whether it is something that is not known. */
static bool read_dollar(struct cog_shell_reader *r)
{
    const char *next = r->at + 1;

    if (strncmp(next, "((", 2) == 0) {
        r->at += 2;
        skip_expansion(r, '(', ')');
    } else if (*next == '(') {
        r->at += 2;
        cog_shell_read_nested(r, ')');
    } else if (*next == '{') {
        r->at += 2;
        skip_expansion(r, '{', '}');
    } else if (*next == '_' || isalnum((unsigned char)*next)) {
        for (r->at = next; *r->at == '_' || isalnum((unsigned char)*r->at);)
            r->at++;
    } else if (*next && strchr("@*#?$!-", *next)) {
        r->at += 2;
    } else {
        return false;
    }
    return true;
}

/* `at` is behind the opening quote. Returns whether all is known. */
static bool read_double_quotes(struct cog_shell_reader *r, FILE *out)
{
    bool known = true;

    while (*r->at && *r->at != '"') {
        if (*r->at == '`') {
            r->at++;
            read_backquotes(r);
            known = false;
        } else if (*r->at == '$' && read_dollar(r)) {
            known = false;
        } else if (*r->at == '\\' && r->at[1] && strchr("$`\"\\\n", r->at[1])) {
            if (r->at[1] != '\n')
                (void)fputc(r->at[1], out);
            r->at += 2;
        } else {
            (void)fputc(*r->at++, out);
        }
    }
    r->faulty |= !*r->at;
    r->at += *r->at == '"';
    return known;
}

static void read_single_quotes(struct cog_shell_reader *r, FILE *out, bool escapes)
{
    for (; *r->at && *r->at != '\''; r->at++) {
        if (escapes && *r->at == '\\' && r->at[1])
            r->at++;
        (void)fputc(*r->at, out);
    }
    r->faulty |= !*r->at;
    r->at += *r->at == '\'';
}

/* One part of a word. Returns whether it is known. */
static bool read_part(struct cog_shell_reader *r, FILE *out)
{
    char c = *r->at;

    if (c == '\'' || (c == '$' && r->at[1] == '\'')) {
        r->at += c == '$' ? 2 : 1;
        read_single_quotes(r, out, c == '$');
    } else if (c == '"' || (c == '$' && r->at[1] == '"')) {
        r->at += c == '$' ? 2 : 1;
        return read_double_quotes(r, out);
    } else if (c == '`') {
        r->at++;
        read_backquotes(r);
        return false;
    } else if (c == '$' && read_dollar(r)) {
        return false;
    } else if (c == '\\' && r->at[1]) {
        if (r->at[1] != '\n')
            (void)fputc(r->at[1], out);
        r->at += 2;
    } else {
        (void)fputc(*r->at++, out);
    }
    return true;
}

json_t *cog_shell_read_word(struct cog_shell_reader *r)
{
    char *text;
    size_t size;
    FILE *out = cog_text_open(&text, &size);
    bool known = true;

    if (*r->at && strchr("<>", *r->at) && r->at[1] == '(') {
        r->at += 2;
        cog_shell_read_nested(r, ')');
        known = false;
    }
    while (!r->faulty && !cog_shell_ends_word(*r->at))
        known &= read_part(r, out);
    cog_text_close(out, &text);
    json_t *word = known ? json_string(text) : NULL;
    free(text);
    return word ? word : json_null();
}
