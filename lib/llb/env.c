/* env.c - environments. */
#include "llb/env.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/text.h"

void cog_env_add_list(json_t *env, const json_t *list)
{
    const json_t *item;
    size_t index;

    json_array_foreach(list, index, item) {
        const char *text = json_string_value(item),
                   *equals = text ? strchr(text, '=') : NULL;
        if (!equals || equals == text)
            continue;
        auto_free char *name = cog_strndup(text, (size_t)(equals - text));
        json_object_set_new(env, name, json_string(equals + 1));
    }
}

/* The value of the variable whose name is the `length` bytes at `name`; "" when it is not
 * set. */
static const char *value_of(const json_t *env, const char *name, size_t length)
{
    auto_free char *key = cog_strndup(name, length);
    const char *value = json_string_value(json_object_get(env, key));

    return value ? value : "";
}

/* The caller frees the result. */
static char *expand(const json_t *env, const char *text)
{
    char *result;
    size_t size;
    FILE *out = cog_text_open(&result, &size);
    while (*text) {
        const char *end = strncmp(text, "${", 2) == 0 ? strchr(text, '}') : NULL;
        if (end) {
            (void)fputs(value_of(env, text + 2, (size_t)(end - text) - 2), out);
            text = end + 1;
        } else {
            (void)fputc(*text++, out);
        }
    }
    cog_text_close(out, &result);
    return result;
}

void cog_env_add(json_t *env, const json_t *changes)
{
    json_auto_t *before = json_copy(env);
    const char *name;
    json_t *value;

    json_object_foreach((json_t *)changes, name, value) {
        auto_free char *text = expand(before, json_string_value(value));
        json_object_set_new(env, name, json_string(text));
    }
}

json_t *cog_env_list(const json_t *env)
{
    size_t count = 0;
    auto_free const char **names = cog_calloc(json_object_size(env), sizeof *names);
    json_t *list = json_array(), *value;
    const char *name;

    json_object_foreach((json_t *)env, name, value) {
        names[count++] = name;
    }
    qsort(names, count, sizeof *names, cog_text_compare);
    for (size_t i = 0; i < count; i++)
        json_array_append_new(
            list,
            json_sprintf("%s=%s", names[i], value_of(env, names[i], strlen(names[i]))));
    return list;
}
