/* call.c - the words of a call. */
#include "shell/call.h"

#include <string.h>

const char *cog_call_word(const struct cog_shell_call *call, size_t index)
{
    const json_t *word = json_array_get(call->words, call->from + index);
    const char *text = json_string_value(word);

    return word && !text ? "" : text;
}

bool cog_call_is_in(const char *const *list, const char *word)
{
    for (; *list; list++)
        if (strcmp(*list, word) == 0)
            return true;
    return false;
}

bool cog_call_begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}
