/* regex.h - regular expressions of ECMA 262 (JSON Schema's) and of Python, by PCRE2. */
#ifndef COG_BASE_REGEX_H
#define COG_BASE_REGEX_H

/* ECMA 262 with the flag u, where \d, \w and \b know ASCII and \s all white space; back
 * references are refused, as PCRE2 keeps what a repeated group captured. Python's `re` on
 * texts of ASCII alone, without what PCRE2 reads otherwise. */
enum cog_regex_dialect { COG_REGEX_ECMA_262, COG_REGEX_PYTHON };

enum cog_regex_result {
    COG_REGEX_MATCH,
    COG_REGEX_NO_MATCH,
    COG_REGEX_LIMIT, /* ten million steps, or 16 MiB, did not tell */
};

struct cog_regex;

/* Compiles a pattern. NULL when it is wrong or has what is not supported: `*reason` then
 * says what it is, and is the caller's to free. */
struct cog_regex *cog_regex_new(const char *pattern, enum cog_regex_dialect dialect,
                                char **reason);
void cog_regex_free(struct cog_regex *regex);

/* Whether the pattern matches somewhere in a text of UTF-8. */
enum cog_regex_result cog_regex_search(const struct cog_regex *regex, const char *text);

#endif
