/* requirement.c - the grammar of PEP 508, by recursive descent. */
#include "pep/requirement.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/text.h"
#include "pep/marker.h"
#include "pep/name.h"
#include "pep/specifier.h"

struct reader {
    const char *text, *next;
    struct cog_pos at;
    struct cog_diags *diags;
};

static unsigned count_characters(const char *text, const char *end)
{
    unsigned count = 0;

    for (; text < end; text++)
        count += ((unsigned char)*text & 0xC0) != 0x80;
    return count;
}

static int complain(const struct reader *r, const char *what)
{
    struct cog_pos at = r->at;

    at.column = at.column ? at.column + count_characters(r->text, r->next) : 0;
    return cog_report(r->diags, COG_ERROR, at, "requirement.syntax",
                      "%s in requirement \"%s\"", what, r->text);
}

/* `fault` is of the part that begins where the reader is. */
static int complain_of(struct reader *r, const struct cog_fault *fault)
{
    r->next += fault->at;
    return complain(r, fault->what);
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

/* Letters, digits, - _ . with a letter or digit at the start and none of - . at the end,
 * where packaging allows the _ that PEP 508 does not. NULL when there is none. */
static char *identifier(struct reader *r)
{
    skip_spaces(r);
    const char *start = r->next;
    size_t length = 0;
    while (isalnum((unsigned char)start[length]) ||
           (start[length] && strchr("-_.", start[length])))
        length++;
    while (length && strchr("-.", start[length - 1]))
        length--;
    if (!length || !isalnum((unsigned char)*start))
        return NULL;
    r->next += length;
    return cog_name_normalise(start, length);
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

/* How far the version of a clause goes, as far as it can be one. */
static size_t operand_length(const char *text, bool identity)
{
    size_t length = cog_version_length(text);

    if (!identity)
        return length + (strncmp(text + length, ".*", 2) == 0 ? 2 : 0);
    for (length = 0; text[length] && !strchr(";)", text[length]); length++)
        if (cog_version_blank(text + length))
            break;
    return length;
}

/* The length of the clauses at `text`: where no operator or no comma follows, they end. */
static size_t clauses_length(const char *text)
{
    size_t length = 0;
    bool more = true;

    while (more && cog_operator_length(text + length)) {
        bool identity = strncmp(text + length, "===", 3) == 0;
        length += cog_operator_length(text + length);
        length += cog_version_blank(text + length);
        length += operand_length(text + length, identity);
        length += strspn(text + length, " \t");
        more = text[length] == ',';
        length += more;
        length += strspn(text + length, " \t");
    }
    return length;
}

static int read_specifier(struct reader *r, struct cog_requirement *q)
{
    bool parenthesis = take(r, '(');
    struct cog_specifier specifier;
    struct cog_fault fault;

    skip_spaces(r);
    size_t length = clauses_length(r->next);
    auto_free char *text = cog_strndup(r->next, length);
    if (cog_specifier_parse(&specifier, text, &fault) < 0)
        return complain_of(r, &fault);
    q->specifier = cog_specifier_text(&specifier);
    cog_specifier_release(&specifier);
    r->next += length;
    return !parenthesis || take(r, ')') ? 0 : complain(r, "the ) is missing");
}

/* "@ url": up to white space; what follows must be a marker. */
static int read_url(struct reader *r, struct cog_requirement *q)
{
    skip_spaces(r);
    size_t length = 0;
    while (r->next[length] && !cog_version_blank(r->next + length))
        length++;
    if (!length)
        return complain(r, "a URL is expected");
    q->url = cog_strndup(r->next, length);
    q->specifier = cog_strdup("");
    r->next += length;
    return 0;
}

static int read_marker(struct reader *r, struct cog_requirement *q)
{
    struct cog_fault fault;
    struct cog_marker *marker = cog_marker_parse(r->next, &fault);

    if (!marker)
        return complain_of(r, &fault);
    q->marker = cog_marker_text(marker);
    cog_marker_free(marker);
    r->next += strlen(r->next);
    return 0;
}

/* What is wrong where a requirement should end. */
static const char *rest_fault(const struct cog_requirement *q, char next)
{
    if (q->url)
        return "a space and a ; with a marker, or the end is expected";
    if (next == '=')
        return "= is not a comparison; write ==";
    if (next == ',')
        return "a version clause such as >=1.0 is expected";
    return *q->specifier ? "a comma, a ; or the end is expected"
                         : "a version clause such as >=1.0, a ; or the end is expected";
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
    if (take(r, ';'))
        return read_marker(r, q);
    return *r->next ? complain(r, rest_fault(q, *r->next)) : 0;
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

/* A name ends in - only if it was written with another separator, which pip insists on. */
static void put_name(FILE *out, const char *name)
{
    size_t length = strlen(name);
    bool odd = name[length - 1] == '-';
    (void)fprintf(out, "%.*s%s", (int)(length - odd), name, odd ? "_" : "");
}

char *cog_requirement_text(const struct cog_requirement *q)
{
    char *text;
    size_t size;
    FILE *out = cog_text_open(&text, &size);
    put_name(out, q->name);
    for (char **extra = q->extras; *extra; extra++) {
        (void)fputc(extra == q->extras ? '[' : ',', out);
        put_name(out, *extra);
    }
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
