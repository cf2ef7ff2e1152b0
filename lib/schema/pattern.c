/* pattern.c - POSIX extended expressions, each compiled once. */
#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "schema/checker.h"

struct cog_pattern {
    const char *text; /* borrowed from the schema */
    regex_t *regex;
};

/* What schema/expression.h lets through compiles, so a fault here is ours. */
static void check_status(int status)
{
    if (status == REG_ESPACE)
        cog_out_of_memory();
    if (status != 0 && status != REG_NOMATCH)
        abort();
}

/* Equal texts of a schema are one text. */
static const regex_t *compiled(struct cog_patterns *patterns, const char *text)
{
    for (size_t i = 0; i < patterns->count; i++)
        if (patterns->items[i].text == text)
            return patterns->items[i].regex;
    regex_t *regex = cog_alloc(sizeof *regex);
    check_status(regcomp(regex, text, REG_EXTENDED | REG_NOSUB));
    patterns->items =
        cog_realloc(patterns->items, patterns->count + 1, sizeof *patterns->items);
    patterns->items[patterns->count++] = (struct cog_pattern){text, regex};
    return regex;
}

bool cog_pattern_matches(struct cog_checker *c, const char *pattern, const char *text)
{
    size_t plain = *pattern == '^' ? strcspn(pattern + 1, ".[]()*+?{}|^$\\") : 0;

    if (plain && !pattern[1 + plain]) /* "^x-" needs no regular expression */
        return strncmp(text, pattern + 1, plain) == 0;
    int status = regexec(compiled(&c->work->patterns, pattern), text, 0, NULL, 0);
    check_status(status);
    return status == 0;
}

void cog_patterns_release(struct cog_patterns *patterns)
{
    for (size_t i = 0; i < patterns->count; i++) {
        regfree(patterns->items[i].regex);
        free(patterns->items[i].regex);
    }
    free(patterns->items);
}
