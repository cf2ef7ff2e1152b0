/* tokens.c - splitting and quoting, one character at a time. */
#include "pep/tokens.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"

/* Reads what is inside of quotes; returns what follows the closing one, or NULL. In double
 * quotes a backslash takes a quote or a backslash, and is itself before anything else. */
static const char *read_quoted(const char *next, char quote, FILE *out)
{
    for (; *next && *next != quote; next++) {
        if (quote == '"' && *next == '\\' && (next[1] == '"' || next[1] == '\\'))
            next++;
        (void)fputc(*next, out);
    }
    return *next ? next + 1 : NULL;
}

/* Reads the word at `next`; returns what follows it, or NULL. */
static const char *read_word(const char *next, FILE *out, const char **fault)
{
    while (next && *next && !strchr(" \t\r\n", *next)) {
        if (*next == '"' || *next == '\'') {
            next = read_quoted(next + 1, *next, out);
            *fault = "a quote is not closed";
        } else if (*next == '\\' && !*++next) {
            *fault = "nothing follows a backslash";
            next = NULL;
        } else {
            (void)fputc(*next++, out);
        }
    }
    return next;
}

char **cog_tokens_split(const char *text, const char **fault)
{
    char **words = cog_calloc(1, sizeof *words);
    size_t count = 0;

    for (const char *next = text; *(next += strspn(next, " \t\r\n"));) {
        size_t size;
        words = cog_realloc(words, count + 2, sizeof *words);
        FILE *out = cog_text_open(&words[count], &size);
        next = read_word(next, out, fault);
        cog_text_close(out, &words[count++]);
        words[count] = NULL;
        if (!next) {
            cog_tokens_free(words);
            return NULL;
        }
    }
    return words;
}

void cog_tokens_free(char **words)
{
    for (char **word = words; word && *word; word++)
        free(*word);
    free(words);
}

static bool is_plain(const char *word)
{
    if (!*word || *word == '#')
        return false;
    for (; *word; word++)
        if (!isalnum((unsigned char)*word) && !strchr("_@%+=:,./-${}~!&?*#;[]", *word))
            return false;
    return true;
}

char *cog_tokens_quote(const char *word)
{
    char *text;
    size_t size;

    if (is_plain(word))
        return cog_strdup(word);
    FILE *out = cog_text_open(&text, &size);
    (void)fputc('\'', out);
    for (; *word; word++)
        if (*word == '\'' || *word == '#')
            (void)fprintf(out, "'\"%c\"'", *word);
        else
            (void)fputc(*word, out);
    (void)fputc('\'', out);
    cog_text_close(out, &text);
    return text;
}
