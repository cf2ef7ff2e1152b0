/* datetime.c - dates and times of RFC 3339, with or without their parts. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "toml/reader.h"

static bool take(const char **at, const char *set)
{
    if (!**at || !strchr(set, **at))
        return false;
    ++*at;
    return true;
}

/* Exactly `count` digits whose number is from `least` to `most`. */
static bool number(const char **at, unsigned count, unsigned least, unsigned most,
                   unsigned *value)
{
    *value = 0;
    for (; count; count--, ++*at) {
        if (**at < '0' || **at > '9')
            return false;
        *value = *value * 10 + (unsigned)(**at - '0');
    }
    return *value >= least && *value <= most;
}

static unsigned days(unsigned year, unsigned month)
{
    static const unsigned lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

    return lengths[month - 1] + (month == 2 && leap);
}

static char *read_date(const char **at)
{
    unsigned year, month, day;

    if (!number(at, 4, 1, 9999, &year) || !take(at, "-") || !number(at, 2, 1, 12, &month) ||
        !take(at, "-") || !number(at, 2, 1, days(year, month), &day))
        return NULL;
    return cog_printf("%04u-%02u-%02u", year, month, day);
}

/* Microseconds; finer digits are dropped. */
static bool fraction(const char **at, unsigned *micro)
{
    unsigned count = 0;

    *micro = 0;
    if (!take(at, "."))
        return true;
    for (; **at >= '0' && **at <= '9'; ++*at)
        if (count < 6) {
            *micro = *micro * 10 + (unsigned)(**at - '0');
            count++;
        }
    if (!count)
        return false;
    for (; count < 6; count++)
        *micro *= 10;
    return true;
}

/* No leap second: Python's times have none either. */
static char *read_time(const char **at)
{
    unsigned hour, minute, second, micro;

    if (!number(at, 2, 0, 23, &hour) || !take(at, ":") || !number(at, 2, 0, 59, &minute) ||
        !take(at, ":") || !number(at, 2, 0, 59, &second) || !fraction(at, &micro))
        return NULL;
    if (micro)
        return cog_printf("%02u:%02u:%02u.%06u", hour, minute, second, micro);
    return cog_printf("%02u:%02u:%02u", hour, minute, second);
}

static char *read_offset(const char **at)
{
    unsigned hour, minute;
    char sign = **at;

    if (!sign)
        return cog_strdup("");
    if (take(at, "Zz"))
        return cog_strdup("Z");
    if (!take(at, "+-") || !number(at, 2, 0, 23, &hour) || !take(at, ":") ||
        !number(at, 2, 0, 59, &minute))
        return NULL;
    if (hour == 0 && minute == 0)
        return cog_strdup("Z");
    return cog_printf("%c%02u:%02u", sign, hour, minute);
}

/* What follows a date, from the T on. */
static char *after_date(const char *date, const char *at)
{
    if (!take(&at, "Tt "))
        return NULL;
    auto_free char *time = read_time(&at);
    if (!time)
        return NULL;
    auto_free char *offset = read_offset(&at);
    return offset && !*at ? cog_printf("%sT%s%s", date, time, offset) : NULL;
}

char *cog_toml_moment(const char *text)
{
    const char *at = text;
    char *time = read_time(&at);

    if (time && !*at)
        return time;
    free(time);
    at = text;
    char *date = read_date(&at);
    if (!date || !*at)
        return date;
    char *both = after_date(date, at);
    free(date);
    return both;
}
