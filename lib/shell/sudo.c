/* sudo.c - leaves sudo out of a shell text. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/text.h"
#include "shell/reader.h"
#include "shell/shell.h"

/* How many words sudo, its options and its variables are. */
static size_t count_sudo(const json_t *words)
{
    static const char with_value[] = "CDghpRrTtUu";
    size_t count = 1, length;
    const char *word;

    while ((word = json_string_value(json_array_get(words, count))) &&
           (*word == '-' || cog_shell_is_assignment(word, &length))) {
        bool value = *word == '-' && word[1] && !word[2] && strchr(with_value, word[1]);
        count += value ? 2 : 1;
        if (strcmp(word, "--") == 0)
            break;
    }
    return count;
}

/* What is to be left out of a text, in bytes from its beginning. */
struct span {
    json_int_t from, to;
};

static bool find_sudo(const json_t *command, struct span *span)
{
    const json_t *words = json_object_get(command, "words"),
                 *starts = json_object_get(command, "starts");
    const char *first = json_string_value(json_array_get(words, 0));

    if (!first || (strcmp(first, "sudo") != 0 && strcmp(first, "/usr/bin/sudo") != 0))
        return false;
    const json_t *end = json_array_get(starts, count_sudo(words));
    span->from = json_integer_value(json_array_get(starts, 0));
    span->to = json_integer_value(end);
    return end && span->from >= 0;
}

static int by_place(const void *a, const void *b)
{
    const struct span *one = a, *other = b;

    return (one->from > other->from) - (one->from < other->from);
}

char *cog_shell_without_sudo(const char *text)
{
    json_auto_t *commands = cog_shell_read(text);
    auto_free struct span *spans = cog_calloc(json_array_size(commands), sizeof *spans);
    size_t count = 0, size, index;
    json_int_t done = 0;
    json_t *command;
    char *without;

    json_array_foreach(commands, index, command) {
        count += find_sudo(command, &spans[count]);
    }
    if (!count)
        return NULL;
    qsort(spans, count, sizeof *spans, by_place);
    FILE *out = cog_text_open(&without, &size);
    for (size_t i = 0; i < count; i++) {
        if (spans[i].from < done)
            continue;
        (void)fwrite(text + done, 1, (size_t)(spans[i].from - done), out);
        done = spans[i].to;
    }
    (void)fputs(text + done, out);
    cog_text_close(out, &without);
    return without;
}
