/* scalar.c - TOML's numbers, booleans, dates and times. */
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "toml/reader.h"

static bool in_word(int byte)
{
    return byte > 0 && (isalnum(byte) || strchr("_-+.:", byte));
}

static void copy_word(struct reader *r, size_t *length)
{
    while (in_word(cog_toml_peek(r)))
        r->scratch[(*length)++] = *r->at++;
    r->scratch[*length] = '\0';
}

/* Copies what a scalar may consist of into `scratch`; a date and a time may have one space
 * between them. */
static void read_word(struct reader *r)
{
    size_t length = 0;

    copy_word(r, &length);
    bool date = length == 10 && r->scratch[4] == '-' && r->scratch[7] == '-';
    if (date && r->end - r->at >= 2 && *r->at == ' ' && isdigit((unsigned char)r->at[1])) {
        r->scratch[length++] = *r->at++;
        copy_word(r, &length);
    }
}

/* Skips digits of the set, which may be parted by single underscores. */
static bool digits(const char **at, const char *set)
{
    size_t run = strspn(*at, set);

    while (run) {
        *at += run;
        if (**at != '_')
            return true;
        ++*at;
        run = strspn(*at, set);
    }
    return false;
}

static const char decimal[] = "0123456789";

static bool part(const char **at, const char *begin, bool sign)
{
    if (!**at || !strchr(begin, **at))
        return true;
    ++*at;
    if (sign && (**at == '+' || **at == '-'))
        ++*at;
    return digits(at, decimal);
}

/* Whether `word` is a decimal number; `*is_float`: with a fraction or an exponent. */
static bool is_decimal(const char *word, bool *is_float)
{
    const char *at = word + (*word == '+' || *word == '-');

    if (*at == '0')
        at++;
    else if (!digits(&at, decimal))
        return false;
    const char *rest = at;
    *is_float = *rest != '\0';
    return part(&at, ".", false) && part(&at, "eE", true) && !*at;
}

/* 16, 8 or 2 when `word` has such digits after its prefix, else 0. */
static int prefixed(const char *word)
{
    static const struct {
        char letter;
        int base;
        const char *set;
    } kinds[] = {{'x', 16, "0123456789abcdefABCDEF"}, {'o', 8, "01234567"}, {'b', 2, "01"}};

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        const char *at = word + 2;
        if (word[0] == '0' && word[1] == kinds[i].letter)
            return digits(&at, kinds[i].set) && !*at ? kinds[i].base : 0;
    }
    return 0;
}

static void drop_underscores(char *word)
{
    char *to = word;

    for (const char *from = word; *from; from++)
        if (*from != '_')
            *to++ = *from;
    *to = '\0';
}

static json_t *integer(struct reader *r, const char *digits_only, int base, const char *at)
{
    errno = 0;
    long long number = strtoll(digits_only, NULL, base);
    if (!errno)
        return json_integer(number);
    cog_report(r->diags, COG_ERROR, cog_toml_where(r, at), "toml.limit",
               "this integer is beyond 64 bits");
    return NULL;
}

static json_t *real(const char *word)
{
    double number = strtod(word, NULL);

    if (isfinite(number))
        return json_real(number);
    return json_string(number < 0 ? "-inf" : "inf");
}

/* inf and nan, which JSON has no numbers for. */
static const char *special(const char *word)
{
    static const char *const names[][2] = {{"inf", "inf"},   {"+inf", "inf"},
                                           {"-inf", "-inf"}, {"nan", "nan"},
                                           {"+nan", "nan"},  {"-nan", "nan"}};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(word, names[i][0]) == 0)
            return names[i][1];
    return NULL;
}

static json_t *number(struct reader *r, const char *at)
{
    char *word = r->scratch;
    bool is_float;
    int base = prefixed(word);

    if (base) {
        drop_underscores(word);
        return integer(r, word + 2, base, at);
    }
    if (!is_decimal(word, &is_float))
        return NULL;
    drop_underscores(word);
    return is_float ? real(word) : integer(r, word, 10, at);
}

static json_t *none(struct reader *r, const char *at)
{
    const char *word = r->scratch;
    const char *digit = word + (*word == '+' || *word == '-');
    bool date = strspn(word, decimal) == 4 && word[4] == '-';
    bool time = strspn(word, decimal) == 2 && word[2] == ':';

    r->at = at;
    if (date || time)
        cog_report(r->diags, COG_ERROR, cog_toml_where(r, at), "toml.syntax",
                   "%.40s is not a date or time; write it as 2026-01-31T23:59:59Z", word);
    else if (digit[0] == '0' && isdigit((unsigned char)digit[1]))
        cog_report(r->diags, COG_ERROR, cog_toml_where(r, at), "toml.syntax",
                   "a number does not begin with 0; octal is written 0o755, text \"0755\"");
    else
        cog_toml_expected(r, "a value (text stands in quotes)");
    return NULL;
}

json_t *cog_toml_scalar(struct reader *r)
{
    const char *at = r->at;
    unsigned before = r->diags->errors;

    read_word(r);
    if (strcmp(r->scratch, "true") == 0 || strcmp(r->scratch, "false") == 0)
        return json_boolean(*r->scratch == 't');
    if (special(r->scratch))
        return json_string(special(r->scratch));
    auto_free char *moment = cog_toml_moment(r->scratch);
    if (moment)
        return json_string(moment);
    json_t *value = number(r, at);
    if (value || r->diags->errors > before)
        return value;
    return none(r, at);
}
