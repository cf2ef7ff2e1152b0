/* constraint.c - Poetry's version constraints as PEP 440 and PEP 508 say them. */
#include "manifest/constraint.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/text.h"

/* The release part of a version: "1!2.3.4rc1" has the epoch "1!" and the numbers 2, 3, 4.
 */
struct release {
    int epoch; /* length of its text */
    unsigned long numbers[4];
    int count;
};

static struct release release_of(const char *version)
{
    struct release r = {0};
    size_t digits = strspn(version, "0123456789");

    if (version[digits] == '!' && digits < 16)
        r.epoch = (int)digits + 1;
    for (const char *next = version + r.epoch; isdigit((unsigned char)*next) && r.count < 4;
         next += *next == '.') {
        char *end;
        r.numbers[r.count++] = strtoul(next, &end, 10);
        next = end;
    }
    return r;
}

/* ">=VERSION,<" and the release whose number at `bumped` is one more. */
static void print_range(FILE *out, const char *version, const struct release *r, int bumped)
{
    (void)fprintf(out, ">=%s,<%.*s", version, r->epoch, version);
    for (int i = 0; i < bumped; i++)
        (void)fprintf(out, "%lu.", r->numbers[i]);
    (void)fprintf(out, "%lu", r->numbers[bumped] + 1);
}

/* ^: up to the next change of the first number that is not zero. */
static void print_caret(FILE *out, const char *version, const struct release *r)
{
    int first = 0;

    while (first < r->count - 1 && first < 2 && r->numbers[first] == 0)
        first++;
    print_range(out, version, r, first);
}

static bool print_clause(FILE *out, const char *operator, const char * version)
{
    static const char *const same[] = {"==", "!=", "<=", ">=", "<", ">", "~=", "==="};
    struct release r = release_of(version);

    if (strcmp(version, "*") == 0)
        return !*operator|| strcmp(operator, "==") == 0 || strcmp(operator, ">=") == 0;
    if (!r.count)
        return false;
    if (strcmp(operator, "^") == 0)
        print_caret(out, version, &r);
    else if (strcmp(operator, "~") == 0)
        print_range(out, version, &r, r.count > 1 ? 1 : 0);
    else if (!*operator|| strcmp(operator, "=") == 0)
        (void)fprintf(out, "==%s", version);
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        if (strcmp(operator, same[i]) == 0)
            return fprintf(out, "%s%s", operator, version) > 0;
    return strlen(operator) < 2 && strspn(operator, "^~=") == strlen(operator);
}

/* Moves `*text` behind what it returns, a copy. */
static char *take(const char **text, const char *letters)
{
    size_t length = strspn(*text, letters);
    char *word = cog_strndup(*text, length);

    *text += length;
    return word;
}

static bool print_clauses(FILE *out, const char *text)
{
    static const char version_letters[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.*+!-_";
    bool first = true, good = true;

    while (good && *(text += strspn(text, " \t,"))) {
        auto_free char *operator= take(&text, "^~=!<>");
        text += strspn(text, " \t");
        auto_free char *version = take(&text, version_letters);
        bool any = strcmp(version, "*") == 0;
        if (!first && !any)
            (void)fputc(',', out);
        good = *version && print_clause(out, operator, version);
        first = first && any;
    }
    return good;
}

char *cog_constraint_specifier(const char *constraint)
{
    char *text;
    size_t size;
    FILE *out = cog_text_open(&text, &size);
    bool good = print_clauses(out, constraint);
    cog_text_close(out, &text);
    if (good)
        return text;
    free(text);
    return NULL;
}

/* 3.9 is 3.9.0 where patch releases lie on both sides of it: >3.9 has 3.9.1, which is not
 * greater as a python_version. */
static void print_marker(FILE *out, const char *clause, size_t length)
{
    static const char *const zeros[] = {".0.0", ".0", ""};
    size_t operator= strspn(clause, "=<>!~"), dots = 0;
    const char *version = clause + operator;
    bool between = strncmp(clause, "<=", 2) == 0 || (*clause == '>' && operator== 1);

    for (size_t i = operator; i < length; i++)
        dots += clause[i] == '.' && clause[i + 1] != '*';
    (void)fprintf(out, "%s %.*s \"%.*s%s\"",
                  dots > 1 || between ? "python_full_version" : "python_version",
                  (int)operator, clause, (int)(length - operator), version,
                  between && dots < 2 ? zeros[dots] : "");
}

char *cog_constraint_marker(const char *constraint)
{
    auto_free char *specifier = cog_constraint_specifier(constraint);
    char *text;
    size_t size;

    if (!specifier)
        return NULL;
    FILE *out = cog_text_open(&text, &size);
    for (const char *clause = specifier; *clause;) {
        size_t length = strcspn(clause, ",");
        if (clause != specifier)
            (void)fputs(" and ", out);
        print_marker(out, clause, length);
        clause += length + (clause[length] == ',');
    }
    cog_text_close(out, &text);
    return text;
}
