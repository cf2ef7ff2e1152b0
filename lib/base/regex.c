/* regex.c - compiles and matches with PCRE2. */
#include "base/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/regex_dialect.h"

enum { MAX_STEPS = 10000000, MAX_KIB = 16384 };

struct cog_regex {
    pcre2_general_context *memory;
    pcre2_match_context *limits;
    pcre2_code *code;
};

static void *allocate(size_t size, void *unused)
{
    (void)unused;
    return cog_alloc(size);
}

static void release(void *memory, void *unused)
{
    (void)unused;
    free(memory);
}

static uint32_t options_of(enum cog_regex_dialect dialect)
{
    return dialect == COG_REGEX_PYTHON ? PCRE2_UTF
                                       : PCRE2_UTF | PCRE2_DOLLAR_ENDONLY |
                                             PCRE2_ALLOW_EMPTY_CLASS | PCRE2_ALT_BSUX;
}

static pcre2_code *compile(struct cog_regex *regex, const char *text,
                           enum cog_regex_dialect dialect, int *error)
{
    pcre2_compile_context *context = pcre2_compile_context_create(regex->memory);
    PCRE2_SIZE offset;

    (void)pcre2_set_newline(context, PCRE2_NEWLINE_LF);
    if (dialect == COG_REGEX_ECMA_262)
        (void)pcre2_set_compile_extra_options(context, PCRE2_EXTRA_ALT_BSUX);
    pcre2_code *code = pcre2_compile((PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED,
                                     options_of(dialect), error, &offset, context);
    pcre2_compile_context_free(context);
    return code;
}

struct cog_regex *cog_regex_new(const char *pattern, enum cog_regex_dialect dialect,
                                char **reason)
{
    PCRE2_UCHAR message[128];
    const char *unsupported;
    auto_free char *text = cog_regex_translate(pattern, dialect, &unsupported);
    int error;

    *reason = text ? NULL : cog_strdup(unsupported);
    if (!text)
        return NULL;
    struct cog_regex *regex = cog_alloc(sizeof *regex);
    regex->memory = pcre2_general_context_create(allocate, release, NULL);
    regex->limits = pcre2_match_context_create(regex->memory);
    (void)pcre2_set_match_limit(regex->limits, MAX_STEPS);
    (void)pcre2_set_heap_limit(regex->limits, MAX_KIB);
    regex->code = compile(regex, text, dialect, &error);
    if (regex->code)
        return regex;
    (void)pcre2_get_error_message(error, message, sizeof message);
    *reason = cog_strdup((const char *)message);
    cog_regex_free(regex);
    return NULL;
}

void cog_regex_free(struct cog_regex *regex)
{
    if (!regex)
        return;
    pcre2_code_free(regex->code);
    pcre2_match_context_free(regex->limits);
    pcre2_general_context_free(regex->memory);
    free(regex);
}

enum cog_regex_result cog_regex_search(const struct cog_regex *regex, const char *text)
{
    pcre2_match_data *data = pcre2_match_data_create(1, regex->memory);
    int result = pcre2_match(regex->code, (PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED, 0, 0,
                             data, regex->limits);

    pcre2_match_data_free(data);
    switch (result) {
    case PCRE2_ERROR_MATCHLIMIT:
    case PCRE2_ERROR_HEAPLIMIT:
    case PCRE2_ERROR_DEPTHLIMIT:
        return COG_REGEX_LIMIT;
    default: /* below 0, what is no UTF-8 included */
        return result < 0 ? COG_REGEX_NO_MATCH : COG_REGEX_MATCH;
    }
}
