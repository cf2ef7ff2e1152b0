/* challenge.c - reads WWW-Authenticate. */
#include "oci/challenge.h"

#include <stdbool.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"

/* The characters of a token (RFC 9110 §5.6.2). */
static const char token_characters[] =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "0123456789!#$%&'*+-.^_`|~";

/* Cuts a token off the front, in lower case; empty when there is none. */
static char *take_token(const char **text)
{
    size_t length = strspn(*text, token_characters);
    char *token = cog_strndup(*text, length);

    for (char *c = token; *c; c++)
        *c = (char)(*c >= 'A' && *c <= 'Z' ? *c + 'a' - 'A' : *c);
    *text += length;
    return token;
}

static char *take_quoted(const char **text)
{
    char *value = cog_alloc(strlen(*text) + 1), *to = value;
    const char *from = *text + 1;

    while (*from && *from != '"') {
        if (*from == '\\' && from[1])
            from++;
        *to++ = *from++;
    }
    *to = '\0';
    *text = *from ? from + 1 : from;
    return value;
}

static char *take_value(const char **text)
{
    if (**text == '"')
        return take_quoted(text);
    size_t length = strcspn(*text, ", \t");
    char *value = cog_strndup(*text, length);
    *text += length;
    return value;
}

void cog_challenges_add(json_t *challenges, const char *value)
{
    json_t *parameters = NULL; /* of the scheme that is being read */

    for (;;) {
        value += strspn(value, ", \t");
        auto_free char *name = take_token(&value);
        if (!*name && !*value)
            return;
        value += strspn(value, " \t");
        if (*value == '=' && parameters) {
            value++;
            value += strspn(value, " \t");
            auto_free char *text = take_value(&value);
            json_object_set_new(parameters, name, json_string(text));
        } else if (*name) {
            parameters = json_object();
            json_object_set_new(challenges, name, parameters);
        } else {
            value++; /* nothing that is known can begin so */
        }
    }
}
