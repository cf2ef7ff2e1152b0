/* pattern.c - a model's patterns on the texts that PCRE2 reads as Python does. */
#include "predict/pattern.h"

#include <string.h>

#include "base/auto.h"
#include "base/regex.h"

/* Beyond ASCII, and for the separators below the space, Python's classes are its own. */
static bool is_plain(const char *text)
{
    for (; *text; text++)
        if ((*text < ' ' || *text > '~') && !strchr("\t\n\v\f\r", *text))
            return false;
    return true;
}

bool cog_pattern_may_match(const char *pattern, const char *text)
{
    auto_free char *reason = NULL;
    struct cog_regex *regex =
        is_plain(text) ? cog_regex_new(pattern, COG_REGEX_PYTHON, &reason) : NULL;
    bool may = !regex || cog_regex_search(regex, text) != COG_REGEX_NO_MATCH;

    cog_regex_free(regex);
    return may;
}
