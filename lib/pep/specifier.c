/* specifier.c - version clauses of PEP 440: their grammar, and what fits them. */
#include "pep/specifier.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/text.h"

/* By enum cog_operator; none before one that it begins with. */
static const char *const operators[] = {"===", "==", "~=", "!=", "<=", ">=", "<", ">"};

static const size_t operator_count = sizeof operators / sizeof *operators;

/* The index in `operators`; their number when `text` begins with none. */
static size_t find_operator(const char *text)
{
    size_t i = 0;

    while (i < operator_count && strncmp(text, operators[i], strlen(operators[i])) != 0)
        i++;
    return i;
}

size_t cog_operator_length(const char *text)
{
    size_t i = find_operator(text);
    return i < operator_count ? strlen(operators[i]) : 0;
}

static int refuse(struct cog_fault *fault, size_t at, const char *what)
{
    *fault = (struct cog_fault){what, at};
    return -1;
}

/* What may stand after === is anything without white space, ; and ). */
static size_t identity_length(const char *text, size_t size)
{
    size_t length = 0;

    while (length < size && !strchr(";)", text[length]) &&
           !cog_version_blank(text + length))
        length++;
    return length;
}

static bool takes_wildcard(const struct cog_clause *clause)
{
    return clause->op == COG_EQUAL || clause->op == COG_NOT_EQUAL;
}

static bool is_release(const struct cog_version *version)
{
    return !version->phase && !version->post.text && !version->dev.text &&
           !version->local.text;
}

/* What is wrong with the version at `at`, behind which the clause goes on with `rest`;
 * NULL: nothing. */
static const char *version_fault(const struct cog_clause *clause, const char *rest)
{
    if (!clause->version.text)
        return "a version such as 1.0 is expected";
    if (strncmp(rest, ".*", 2) == 0)
        return takes_wildcard(clause) ? ".* can follow only a plain release such as 1.0"
                                      : ".* can stand only in a version after == or !=";
    if (clause->version.local.text && !takes_wildcard(clause))
        return "a local version (after +) can stand only after == or !=";
    if (clause->op == COG_COMPATIBLE && cog_version_parts(&clause->version) < 2)
        return "~= needs a version of two numbers or more, such as 1.0";
    return NULL;
}

/* Reads the version at text[*next], with its wildcard, and moves `*next` behind it. */
static int read_version(struct cog_clause *clause, const char *text, size_t *next,
                        struct cog_fault *fault)
{
    size_t start = *next, length = cog_version_length(text + start);
    auto_free char *version = cog_strndup(text + start, length);

    (void)cog_version_parse(&clause->version, version);
    clause->wildcard = length && takes_wildcard(clause) && is_release(&clause->version) &&
                       strncmp(text + start + length, ".*", 2) == 0;
    length += clause->wildcard ? 2 : 0;
    const char *what = version_fault(clause, text + start + length);
    *next += length;
    clause->text = cog_strndup(text + start, length);
    return what ? refuse(fault, start, what) : 0;
}

static int read_operand(struct cog_clause *clause, const char *text, size_t size,
                        size_t *next, struct cog_fault *fault)
{
    if (clause->op != COG_IDENTICAL)
        return read_version(clause, text, next, fault);
    size_t length = identity_length(text + *next, size - *next);
    clause->text = cog_strndup(text + *next, length);
    (void)cog_version_parse(&clause->version, clause->text);
    *next += length;
    return 0;
}

static int read_clause(struct cog_clause *clause, const char *text, size_t size,
                       struct cog_fault *fault)
{
    size_t next = cog_version_blank(text), which = find_operator(text + next);

    if (which == operator_count)
        return refuse(fault, next,
                      text[next] == '=' ? "= is not a comparison; write =="
                                        : "a version clause such as >=1.0 is expected");
    clause->op = (enum cog_operator)which;
    next += strlen(operators[which]);
    next += cog_version_blank(text + next);
    if (read_operand(clause, text, size, &next, fault) < 0)
        return -1;
    next += cog_version_blank(text + next);
    return next < size ? refuse(fault, next, "a comma or the end is expected") : 0;
}

int cog_clause_parse(struct cog_clause *clause, const char *text, size_t size,
                     struct cog_fault *fault)
{
    *clause = (struct cog_clause){0};
    if (read_clause(clause, text, size, fault) == 0)
        return 0;
    cog_clause_release(clause);
    return -1;
}

void cog_clause_release(struct cog_clause *clause)
{
    free(clause->text);
    cog_version_release(&clause->version);
}

static size_t count_commas(const char *text)
{
    size_t count = 0;

    for (; *text; text++)
        count += *text == ',';
    return count;
}

int cog_specifier_parse(struct cog_specifier *specifier, const char *text,
                        struct cog_fault *fault)
{
    const char *next = text;

    specifier->count = 0;
    specifier->clauses = cog_calloc(count_commas(text) + 1, sizeof *specifier->clauses);
    for (bool more = true; more;) {
        size_t size = strcspn(next, ",");
        if (cog_version_blank(next) < size) {
            struct cog_clause *clause = specifier->clauses + specifier->count;
            if (cog_clause_parse(clause, next, size, fault) < 0) {
                fault->at += (size_t)(next - text);
                cog_specifier_release(specifier);
                return -1;
            }
            specifier->count++;
        }
        more = next[size] == ',';
        next += size + more;
    }
    return 0;
}

void cog_specifier_release(struct cog_specifier *specifier)
{
    for (size_t i = 0; i < specifier->count; i++)
        cog_clause_release(specifier->clauses + i);
    free(specifier->clauses);
    *specifier = (struct cog_specifier){0};
}

char *cog_specifier_text(const struct cog_specifier *specifier)
{
    char *text;
    size_t size;
    FILE *out = cog_text_open(&text, &size);

    for (size_t i = 0; i < specifier->count; i++) {
        const struct cog_clause *clause = specifier->clauses + i;
        (void)fprintf(out, "%s%s%s", i ? "," : "", operators[clause->op], clause->text);
    }
    cog_text_close(out, &text);
    return text;
}

/* == and, without the rest, !=. */
static bool equals(const struct cog_clause *clause, const struct cog_version *version)
{
    if (clause->wildcard)
        return cog_version_agree(version, &clause->version,
                                 cog_version_parts(&clause->version));
    return (clause->version.local.text ? cog_version_compare : cog_version_compare_public)(
               version, &clause->version) == 0;
}

static bool same_release(const struct cog_version *a, const struct cog_version *b)
{
    return cog_version_agree(a, b, cog_version_parts(a) + cog_version_parts(b));
}

static bool same_number(struct cog_span a, struct cog_span b)
{
    return a.size == b.size && (!a.size || memcmp(a.text, b.text, a.size) == 0);
}

/* Not local versions and, when `bound` is none itself, not its post-releases either. */
static bool is_greater(const struct cog_version *version, const struct cog_version *bound)
{
    if (cog_version_compare_public(version, bound) <= 0)
        return false;
    return bound->dev.text || bound->post.text || !same_release(version, bound) ||
           version->phase != bound->phase || !same_number(version->pre, bound->pre);
}

/* Not pre-releases of `bound`, unless it is one itself. */
static bool is_less(const struct cog_version *version, const struct cog_version *bound)
{
    if (cog_version_compare_public(version, bound) >= 0)
        return false;
    if (cog_version_is_prerelease(bound) || !same_release(version, bound))
        return true;
    return bound->post.text && (version->phase || !same_number(version->post, bound->post));
}

/* At least `bound`, with the same numbers but its last. */
static bool is_compatible(const struct cog_version *version,
                          const struct cog_version *bound)
{
    return cog_version_compare(version, bound) >= 0 &&
           cog_version_agree(version, bound, cog_version_parts(bound) - 1);
}

static bool fits_clause(const struct cog_clause *clause, const struct cog_version *version)
{
    const struct cog_version *bound = &clause->version;

    switch (clause->op) {
    case COG_EQUAL:
        return equals(clause, version);
    case COG_NOT_EQUAL:
        return !equals(clause, version);
    case COG_COMPATIBLE:
        return is_compatible(version, bound);
    case COG_AT_MOST:
        return cog_version_compare_public(version, bound) <= 0;
    case COG_AT_LEAST:
        return cog_version_compare(version, bound) >= 0;
    case COG_LESS:
        return is_less(version, bound);
    case COG_GREATER:
        return is_greater(version, bound);
    case COG_IDENTICAL:
        break;
    }
    return false;
}

bool cog_clause_contains(const struct cog_clause *clause, const char *version)
{
    struct cog_version parsed;

    if (clause->op == COG_IDENTICAL)
        return strcasecmp(version, clause->text) == 0;
    if (cog_version_parse(&parsed, version) < 0)
        return false;
    bool fits = fits_clause(clause, &parsed);
    cog_version_release(&parsed);
    return fits;
}

static bool contains(const struct cog_specifier *specifier, const char *version)
{
    for (size_t i = 0; i < specifier->count; i++)
        if (!cog_clause_contains(specifier->clauses + i, version))
            return false;
    return true;
}

enum maturity { FINAL, PRERELEASE, NO_VERSION };

static enum maturity maturity_of(const char *version)
{
    struct cog_version parsed;

    if (cog_version_parse(&parsed, version) < 0)
        return NO_VERSION;
    enum maturity maturity = cog_version_is_prerelease(&parsed) ? PRERELEASE : FINAL;
    cog_version_release(&parsed);
    return maturity;
}

bool cog_specifier_contains(const struct cog_specifier *specifier, const char *version,
                            enum cog_prereleases prereleases)
{
    if (prereleases == COG_PRERELEASES_NO && maturity_of(version) == PRERELEASE)
        return false;
    return contains(specifier, version);
}
