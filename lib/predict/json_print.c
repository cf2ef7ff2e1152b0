/* json_print.c - prints JSON with short numbers: jansson writes 0.1 with 17 digits. */
#include "predict/json_print.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/text.h"

static const char number_characters[] = "+-.0123456789Ee";

/* The shortest of what means the same number; it stays one with a fraction or exponent. */
static void put_real(FILE *stream, double value)
{
    char text[32];

    for (int digits = 15; digits <= 17; digits++) {
        (void)snprintf(text, sizeof text, "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            break;
    }
    (void)fprintf(stream, "%s%s", text, strpbrk(text, ".e") ? "" : ".0");
}

/* Copies a string of JSON with its quotes; returns what follows it. */
static const char *put_string(FILE *stream, const char *text)
{
    const char *end = text + 1;

    while (*end != '"')
        end += *end == '\\' ? 2 : 1;
    (void)fwrite(text, 1, (size_t)(end + 1 - text), stream);
    return end + 1;
}

static const char *put_number(FILE *stream, const char *text)
{
    size_t length = strspn(text, number_characters);

    if (strcspn(text, ".eE") < length)
        put_real(stream, strtod(text, NULL));
    else
        (void)fwrite(text, 1, length, stream);
    return text + length;
}

static char *print(const json_t *value, size_t flags)
{
    auto_free char *text = json_dumps(value, flags | JSON_SORT_KEYS | JSON_ENCODE_ANY);
    char *result;
    size_t size;
    FILE *stream = cog_text_open(&result, &size);

    if (!text || !stream)
        cog_out_of_memory();
    for (const char *c = text; *c;) {
        if (*c == '"')
            c = put_string(stream, c);
        else if (*c == '-' || (*c >= '0' && *c <= '9'))
            c = put_number(stream, c);
        else
            (void)fputc(*c++, stream);
    }
    (void)fputc('\n', stream);
    cog_text_close(stream, &result);
    return result;
}

char *cog_json_line(const json_t *value)
{
    return print(value, JSON_COMPACT);
}

char *cog_json_pretty(const json_t *value)
{
    return print(value, JSON_INDENT(2));
}
