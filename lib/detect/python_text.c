/* python_text.c - reads the tokens of a Python file. */
#include "detect/python_text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/text.h"

enum { MAX_NESTING = 32 };

bool cog_python_is_word(char c)
{
    return c == '_' || isalnum((unsigned char)c) || (unsigned char)c >= 0x80;
}

void cog_python_step(struct cog_python *s)
{
    s->line += *s->at == '\n';
    s->at++;
}

void cog_python_skip_blanks(struct cog_python *s)
{
    while (*s->at && (isspace((unsigned char)*s->at) || *s->at == '\\' || *s->at == '#')) {
        if (*s->at == '#')
            s->at += strcspn(s->at, "\n");
        else
            cog_python_step(s);
    }
}

/* The length of the prefix of a string at `at`, as in rb""; -1: there is no string. */
static int prefix_length(const char *at)
{
    int length = 0;

    while (length < 2 && at[length] && strchr("rRbBfFuUtT", at[length]))
        length++;
    return at[length] == '"' || at[length] == '\'' ? length : -1;
}

bool cog_python_is_string(const struct cog_python *s)
{
    return prefix_length(s->at) >= 0;
}

static void read_escape(struct cog_python *s, FILE *out, bool raw)
{
    if (raw)
        (void)fputc('\\', out);
    cog_python_step(s);
    if (*s->at && (raw || *s->at != '\n'))
        (void)fputc(!raw && *s->at == 'n' ? '\n' : *s->at, out);
    if (*s->at)
        cog_python_step(s);
}

/* A field of a formatted string, which the opening brace at `at` begins. */
static void skip_field(struct cog_python *s, char quote)
{
    unsigned braces = 0;

    do {
        braces += *s->at == '{';
        braces -= *s->at == '}';
        cog_python_step(s);
    } while (*s->at && braces && *s->at != quote);
}

/* One string; `at` is at its prefix. */
static void read_string(struct cog_python *s, FILE *out)
{
    bool raw = false, formatted = false;

    for (; *s->at != '"' && *s->at != '\''; s->at++) {
        raw |= strchr("rR", *s->at) != NULL;
        formatted |= strchr("fFtT", *s->at) != NULL;
    }
    char quote = *s->at, triple[] = {quote, quote, quote, '\0'};
    size_t size = strncmp(s->at, triple, 3) == 0 ? 3 : 1;
    s->at += size;
    while (*s->at && strncmp(s->at, triple, size) != 0 && (size == 3 || *s->at != '\n')) {
        if (*s->at == '\\') {
            read_escape(s, out, raw);
        } else if (formatted && *s->at == '{' && s->at[1] != '{') {
            skip_field(s, quote);
            (void)fputs("$_", out);
        } else {
            s->at += formatted && strchr("{}", *s->at) && s->at[1] == *s->at;
            (void)fputc(*s->at, out);
            cog_python_step(s);
        }
    }
    if (strncmp(s->at, triple, size) == 0)
        s->at += size;
}

json_t *cog_python_strings(struct cog_python *s)
{
    char *text;
    size_t size;
    FILE *out = cog_text_open(&text, &size);

    while (prefix_length(s->at) >= 0) {
        read_string(s, out);
        cog_python_skip_blanks(s);
        if (*s->at == '+') { /* what is added is read when it is a string as well */
            s->at++;
            cog_python_skip_blanks(s);
            if (prefix_length(s->at) < 0)
                (void)fputs("$_", out);
        }
    }
    cog_text_close(out, &text);
    json_t *value = json_string(text);
    free(text);
    return value ? value : json_null();
}

/* Moves behind the value at hand, to the comma or bracket that ends it. */
static void skip_rest(struct cog_python *s)
{
    unsigned brackets = 0;

    for (cog_python_skip_blanks(s); *s->at; cog_python_skip_blanks(s)) {
        if (!brackets && strchr(",)]}", *s->at))
            return;
        if (prefix_length(s->at) >= 0) {
            json_decref(cog_python_strings(s));
            continue;
        }
        brackets += strchr("([{", *s->at) != NULL;
        brackets -= strchr(")]}", *s->at) != NULL;
        bool word = cog_python_is_word(*s->at);
        cog_python_step(s);
        while (word && cog_python_is_word(*s->at)) /* so that its end is no prefix */
            s->at++;
    }
}

/* A list or tuple; `at` is at its bracket. */
static json_t *read_items(struct cog_python *s, char closer)
{
    json_t *list = json_array();

    s->at++;
    for (cog_python_skip_blanks(s); *s->at && *s->at != closer; cog_python_skip_blanks(s)) {
        json_array_append_new(list, cog_python_value(s));
        skip_rest(s);
        if (*s->at != ',')
            break;
        s->at++;
    }
    if (*s->at == closer)
        s->at++;
    return list;
}

char *cog_python_name(struct cog_python *s)
{
    const char *from = s->at;

    while (cog_python_is_word(*s->at) || (*s->at == '.' && cog_python_is_word(s->at[1])))
        s->at++;
    return cog_strndup(from, (size_t)(s->at - from));
}

static json_t *read_variable(struct cog_python *s)
{
    auto_free char *name = cog_python_name(s);
    json_t *value = json_object_get(s->variables, name);

    cog_python_skip_blanks(s);
    if (*s->at == '(' && strcmp(name, "shlex.split") == 0) {
        s->at++;
        cog_python_skip_blanks(s);
        return cog_python_value(s);
    }
    return value && *s->at != '(' ? json_incref(value) : json_null();
}

/* In parentheses a string may stand alone. */
static json_t *read_parentheses(struct cog_python *s)
{
    json_t *items = read_items(s, ')'), *only = json_array_get(items, 0);

    if (json_array_size(items) != 1 || !json_is_string(only) || s->at[-2] == ',')
        return items;
    json_incref(only);
    json_decref(items);
    return only;
}

json_t *cog_python_value(struct cog_python *s)
{
    json_t *value = NULL;

    if (++s->nesting > MAX_NESTING)
        value = json_null();
    else if (prefix_length(s->at) >= 0)
        value = cog_python_strings(s);
    else if (*s->at == '[')
        value = read_items(s, ']');
    else if (*s->at == '(')
        value = read_parentheses(s);
    else if (cog_python_is_word(*s->at) && !isdigit((unsigned char)*s->at))
        value = read_variable(s);
    s->nesting--;
    return value ? value : json_null();
}
