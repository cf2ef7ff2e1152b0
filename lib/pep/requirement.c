/* requirement.c - the grammar of PEP 508, by recursive descent. */
#include "pep/requirement.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/text.h"

struct reader {
    const char *text, *next;
    struct cog_pos at;
    struct cog_diags *diags;
};

static int complain(const struct reader *r, const char *what)
{
    struct cog_pos at = r->at;

    at.column = at.column ? at.column + (unsigned)(r->next - r->text) : 0;
    return cog_report(r->diags, COG_ERROR, at, "requirement.syntax",
                      "%s in requirement \"%s\"", what, r->text);
}

static void skip_spaces(struct reader *r)
{
    r->next += strspn(r->next, " \t");
}

static bool take(struct reader *r, char wanted)
{
    skip_spaces(r);
    if (*r->next != wanted)
        return false;
    r->next++;
    return true;
}

/* PEP 503: lower case, runs of -, _ and . become one -. */
static char *normalise(const char *name, size_t length)
{
    char *out = cog_alloc(length + 1);
    size_t size = 0;

    for (size_t i = 0; i < length; i++) {
        bool separator = strchr("-_.", name[i]) != NULL;
        if (separator && size && out[size - 1] == '-')
            continue;
        out[size++] = (char)(separator ? '-' : tolower((unsigned char)name[i]));
    }
    out[size] = '\0';
    return out;
}

/* An identifier: letters, digits, - _ . and a letter or digit at both ends. NULL when there
 * is none. */
static char *identifier(struct reader *r)
{
    skip_spaces(r);
    const char *start = r->next;
    size_t length = 0;
    while (isalnum((unsigned char)start[length]) ||
           (start[length] && strchr("-_.", start[length])))
        length++;
    while (length && !isalnum((unsigned char)start[length - 1]))
        length--;
    if (!length || !isalnum((unsigned char)*start))
        return NULL;
    r->next += length;
    return normalise(start, length);
}

static int read_extras(struct reader *r, struct cog_requirement *q)
{
    size_t count = 0;

    q->extras = cog_calloc(1, sizeof *q->extras);
    if (!take(r, '[') || take(r, ']'))
        return 0;
    do {
        char *extra = identifier(r);
        if (!extra)
            return complain(r, "the name of an extra is expected");
        q->extras = cog_realloc(q->extras, count + 2, sizeof *q->extras);
        q->extras[count++] = extra;
        q->extras[count] = NULL;
    } while (take(r, ','));
    return take(r, ']') ? 0 : complain(r, "the ] is missing");
}

static size_t operator_length(const char *text)
{
    static const char *const operators[] = {"===", "==", "~=", "!=", "<=", ">=", "<", ">"};

    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++)
        if (strncmp(text, operators[i], strlen(operators[i])) == 0)
            return strlen(operators[i]);
    return 0;
}

/* One clause, such as ">= 1.0". */
static int read_clause(struct reader *r, FILE *out)
{
    skip_spaces(r);
    size_t operator= operator_length(r->next);
    if (!operator)
        return complain(r, "a version clause such as >=1.0 is expected");
    (void)fwrite(r->next, 1, operator, out);
    r->next += operator;
    skip_spaces(r);
    size_t length = 0;
    while (isalnum((unsigned char)r->next[length]) ||
           (r->next[length] && strchr("-_.*+!", r->next[length])))
        length++;
    if (!length)
        return complain(r, "a version is expected");
    (void)fwrite(r->next, 1, length, out);
    r->next += length;
    return 0;
}

static int read_clauses(struct reader *r, FILE *out)
{
    bool parenthesis = take(r, '(');

    skip_spaces(r);
    if (!parenthesis && !operator_length(r->next))
        return 0;
    for (bool first = true; first || take(r, ','); first = false) {
        if (!first)
            (void)fputc(',', out);
        if (read_clause(r, out) < 0)
            return -1;
    }
    return !parenthesis || take(r, ')') ? 0 : complain(r, "the ) is missing");
}

static int read_specifier(struct reader *r, struct cog_requirement *q)
{
    size_t size;
    FILE *out = cog_text_open(&q->specifier, &size);
    int result = read_clauses(r, out);
    cog_text_close(out, &q->specifier);
    return result;
}

/* "@ url": up to a space; what follows must be a marker. */
static int read_url(struct reader *r, struct cog_requirement *q)
{
    skip_spaces(r);
    size_t length = strcspn(r->next, " \t");
    if (!length)
        return complain(r, "a URL is expected");
    q->url = cog_strndup(r->next, length);
    q->specifier = cog_strdup("");
    r->next += length;
    return 0;
}

/* Quotes and parentheses must close; the grammar inside is pip's to judge. */
static int read_marker(struct reader *r, struct cog_requirement *q)
{
    unsigned open = 0;

    skip_spaces(r);
    const char *start = r->next;
    for (; *r->next; r->next++) {
        if (*r->next == '\'' || *r->next == '"') {
            const char *end = strchr(r->next + 1, *r->next);
            if (!end)
                return complain(r, "a quote is not closed");
            r->next = end;
        } else if (*r->next == '(') {
            open++;
        } else if (*r->next == ')' && open-- == 0) {
            return complain(r, "a ) too many");
        }
    }
    if (open || r->next == start)
        return complain(r, open ? "the ) is missing" : "a marker is expected after ;");
    size_t length = (size_t)(r->next - start);
    while (strchr(" \t", start[length - 1]))
        length--;
    q->marker = cog_strndup(start, length);
    return 0;
}

static int read_requirement(struct reader *r, struct cog_requirement *q)
{
    q->name = identifier(r);
    if (!q->name)
        return complain(r, "the name of a package is expected");
    if (read_extras(r, q) < 0)
        return -1;
    if ((take(r, '@') ? read_url(r, q) : read_specifier(r, q)) < 0)
        return -1;
    if (take(r, ';') && read_marker(r, q) < 0)
        return -1;
    skip_spaces(r);
    return *r->next ? complain(r, "something unexpected stands") : 0;
}

int cog_requirement_parse(struct cog_requirement *requirement, const char *text,
                          struct cog_pos at, struct cog_diags *diags)
{
    struct reader reader = {text, text, at, diags};

    *requirement = (struct cog_requirement){0};
    if (read_requirement(&reader, requirement) == 0)
        return 0;
    cog_requirement_release(requirement);
    return -1;
}

void cog_requirement_release(struct cog_requirement *requirement)
{
    for (char **extra = requirement->extras; extra && *extra; extra++)
        free(*extra);
    free(requirement->extras);
    free(requirement->name);
    free(requirement->specifier);
    free(requirement->marker);
    free(requirement->url);
    *requirement = (struct cog_requirement){0};
}

char *cog_requirement_text(const struct cog_requirement *q)
{
    char *text;
    size_t size;
    FILE *out = cog_text_open(&text, &size);
    (void)fputs(q->name, out);
    for (char **extra = q->extras; *extra; extra++)
        (void)fprintf(out, "%c%s", extra == q->extras ? '[' : ',', *extra);
    if (*q->extras)
        (void)fputc(']', out);
    if (q->url)
        (void)fprintf(out, " @ %s", q->url);
    (void)fputs(q->specifier, out);
    if (q->marker)
        (void)fprintf(out, " ; %s", q->marker);
    cog_text_close(out, &text);
    return text;
}
