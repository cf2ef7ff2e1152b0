/* version_request.c - reads how versions of Python are asked for. */
#include "detect/version_request.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/doc.h"
#include "base/text.h"
#include "pep/specifier.h"

enum { OLDEST_MINOR = 10 }; /* of Python 3: the SDK's, and the oldest that is maintained */

/* Adds a request, unless it wants a version that is too old; a `version` that is NULL or no
 * more than "3" is a range. */
static int add(const struct cog_scan *scan, const char *version, const char *specifier,
               struct cog_pos at)
{
    char *rest = NULL;
    unsigned long major = version ? strtoul(version, &rest, 10) : 3;
    unsigned long minor = rest && *rest == '.' ? strtoul(rest + 1, NULL, 10) : OLDEST_MINOR;

    if (major < 3 || (major == 3 && minor < OLDEST_MINOR))
        return cog_report(scan->diags, COG_ERROR, at, "python.old",
                          "Python %s is not maintained any more; cog runs 3.%d and newer",
                          version, OLDEST_MINOR);
    bool one = rest && *rest;
    json_array_append_new(json_object_get(scan->facts, "python"),
                          json_pack("{s:s?, s:s, s:o}", "version", one ? version : NULL,
                                    "specifier", specifier, "origin", cog_pos_json(at)));
    return 0;
}

static bool starts(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

/* Without what the tools allow before the number; an asdf or mise prefix like "latest:"
 * means the newest of those. */
static const char *bare(const char *text)
{
    static const char *const before[] = {"prefix:", "latest:", "cpython@", "cpython-",
                                         "cpython", "python@", "python-",  "python"};

    for (size_t i = 0; i < sizeof before / sizeof *before; i++)
        if (starts(text, before[i]))
            return text + strlen(before[i]);
    return text;
}

/* One, two or three numbers with dots between them, without leading zeros; ".x" or ".*" may
 * stand for the last. Returns how many there are, 0 for other text, and the `*length` of
 * their text. */
static unsigned count_numbers(const char *text, size_t *length)
{
    unsigned count = 0;

    *length = 0;
    for (const char *at = text;; at++) {
        size_t digits = strspn(at, "0123456789");
        if (count && (strcmp(at, "x") == 0 || strcmp(at, "*") == 0))
            return count;
        if (!digits || digits > 4 || (*at == '0' && digits > 1) || count == 3)
            return 0;
        count++;
        at += digits;
        *length = (size_t)(at - text);
        if (!*at)
            return count;
        if (*at != '.')
            return 0;
    }
}

/* What says only that there should be some Python. */
static bool says_nothing(const char *text)
{
    static const char *const words[] = {"latest", "lts", "stable", "system"};
    static const char *const prefixes[] = {"ref:", "path:", "sub-"};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(text, words[i]) == 0)
            return true;
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
        if (starts(text, prefixes[i]))
            return true;
    return false;
}

static bool is_plain(const char *text)
{
    while (isprint((unsigned char)*text))
        text++;
    return !*text;
}

static int refuse(const struct cog_scan *scan, const char *text, struct cog_pos at)
{
    if (!is_plain(text))
        return cog_report(scan->diags, COG_ERROR, at, "python.version",
                          "this is not a Python version; write one like 3.13, and save "
                          "the file as UTF-8");
    return cog_report(scan->diags, COG_ERROR, at, "python.version",
                      "\"%s\" is not a released version of CPython, and cog runs CPython; "
                      "write one like 3.13",
                      text);
}

int cog_version_request_version(const struct cog_scan *scan, const char *text,
                                struct cog_pos at)
{
    const char *number = bare(text);
    size_t length;

    if (says_nothing(text))
        return cog_report(scan->diags, COG_WARNING, at, "python.ignored",
                          "\"%s\" asks for no particular Python and is ignored; write a "
                          "version like 3.13",
                          text);
    if (*text && strchr("<>=!~", *text) && is_plain(text))
        return cog_version_request_range(scan, text, at);
    unsigned count = count_numbers(number, &length);
    if (!count)
        return refuse(scan, text, at);
    auto_free char *version = cog_strndup(number, length);
    auto_free char *specifier = cog_printf(count == 3 ? "==%s" : "==%s.*", version);
    return add(scan, version, specifier, at);
}

/* The version, when ==3.12.* or ==3.12.4 is all that is said; the caller frees it. By PEP
 * 440, ==3.12 is 3.12.0 alone. */
static char *only_version(const struct cog_specifier *specifier)
{
    const struct cog_clause *clause = specifier->clauses;

    if (specifier->count != 1 || clause->op != COG_EQUAL)
        return NULL;
    const struct cog_version *version = &clause->version;
    size_t parts = cog_version_parts(version);
    if (version->epoch.text || cog_version_is_prerelease(version) || version->post.text ||
        version->local.text || parts < 2 || parts > (clause->wildcard ? 2 : 3))
        return NULL;
    return cog_printf("%.*s%s", (int)version->release.size, version->release.text,
                      parts == 2 && !clause->wildcard ? ".0" : "");
}

/* Adds a specifier that was written as `text`. */
static int add_range(const struct cog_scan *scan, const char *specifier, const char *text,
                     struct cog_pos at)
{
    struct cog_specifier range;
    struct cog_fault fault;
    int result = 0;

    if (cog_specifier_parse(&range, specifier, &fault) < 0)
        return cog_report(scan->diags, COG_ERROR, at, "python.specifier",
                          "\"%s\" is not a version range: %s; write one like >=3.10,<3.14",
                          text, fault.what);
    if (range.count) {
        auto_free char *canonical = cog_specifier_text(&range);
        auto_free char *version = only_version(&range);
        result = add(scan, version, canonical, at);
    }
    cog_specifier_release(&range);
    return result;
}

int cog_version_request_range(const struct cog_scan *scan, const char *specifier,
                              struct cog_pos at)
{
    return add_range(scan, specifier, specifier, at);
}

/* ">=VERSION,<" and the next release of as many numbers as `fixed`, 1 or 2. */
static void print_up_to(FILE *out, const char *version, int length, unsigned fixed)
{
    char *rest;
    unsigned long major = strtoul(version, &rest, 10);

    if (fixed == 1 || *rest != '.')
        (void)fprintf(out, ">=%.*s,<%lu,", length, version, major + 1);
    else
        (void)fprintf(out, ">=%.*s,<%lu.%lu,", length, version, major,
                      strtoul(rest + 1, NULL, 10) + 1);
}

static void print_clause(FILE *out, const char *clause)
{
    int comparison = (int)strspn(clause, "^~=<>!");
    const char *version = clause + comparison + strspn(clause + comparison, " \t");
    int length = (int)strcspn(version, " \t,");

    if (comparison == 1 && *clause == '^')
        print_up_to(out, version, length, 1);
    else if (comparison == 1 && *clause == '~')
        print_up_to(out, version, length, 2);
    else if (comparison > 1 || (comparison == 1 && *clause != '='))
        (void)fprintf(out, "%.*s%.*s,", comparison, clause, length, version);
    else if (length != 1 || *version != '*')
        (void)fprintf(out, "==%.*s,", length, version);
}

int cog_version_request_constraint(const struct cog_scan *scan, const char *constraint,
                                   struct cog_pos at)
{
    auto_free char *text = NULL;
    size_t size;

    if (strchr(constraint, '|'))
        return cog_report(scan->diags, COG_WARNING, at, "python.ignored",
                          "\"%s\" is ignored: cog reads no unions; write one range",
                          constraint);
    FILE *out = cog_text_open(&text, &size);
    for (const char *clause = constraint + strspn(constraint, " \t,"); *clause;) {
        print_clause(out, clause);
        clause += strspn(clause, "^~=<>!");
        clause += strspn(clause, " \t");
        clause += strcspn(clause, " \t,");
        clause += strspn(clause, " \t,");
    }
    cog_text_close(out, &text);
    return add_range(scan, text, constraint, at);
}
