/* pattern.c - regular expressions, each compiled once. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/regex.h"
#include "schema/checker.h"

struct cog_pattern {
    const char *text; /* borrowed from the schema */
    struct cog_regex *regex;
};

/* Equal texts of a schema are one text. */
static const struct cog_regex *compiled(struct cog_patterns *patterns, const char *text)
{
    char *reason;

    for (size_t i = 0; i < patterns->count; i++)
        if (patterns->items[i].text == text)
            return patterns->items[i].regex;
    struct cog_regex *regex = cog_regex_new(text, COG_REGEX_ECMA_262, &reason);
    if (!regex)
        abort(); /* it was compiled with the schema */
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
    enum cog_regex_result result =
        cog_regex_search(compiled(&c->work->patterns, pattern), text);
    if (result == COG_REGEX_LIMIT) {
        c->work->exhausted = true;
        c->work->slow_pattern = pattern;
    }
    return result == COG_REGEX_MATCH;
}

void cog_patterns_release(struct cog_patterns *patterns)
{
    for (size_t i = 0; i < patterns->count; i++)
        cog_regex_free(patterns->items[i].regex);
    free(patterns->items);
}
