/* key.c - TOML's keys: bare, quoted, dotted. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "toml/reader.h"

static size_t bare_length(const struct reader *r)
{
    static const char set[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                              "0123456789_-";
    size_t length = 0;

    while (r->at + length < r->end && r->at[length] && strchr(set, r->at[length]))
        length++;
    return length;
}

/* Returns a part's text, which the caller frees, or NULL. */
static char *part(struct reader *r)
{
    size_t length = bare_length(r);

    if (length) {
        r->at += length;
        return cog_strndup(r->at - length, length);
    }
    int quote = cog_toml_peek(r);
    bool quoted = quote == '"' || quote == '\'';
    bool lines = quoted && r->end - r->at >= 3 && r->at[1] == quote && r->at[2] == quote;
    if (!quoted || lines) {
        cog_toml_expected(r, "a key");
        return NULL;
    }
    long size = cog_toml_string(r);
    return size < 0 ? NULL : cog_strndup(r->scratch, (size_t)size);
}

int cog_toml_key(struct reader *r, struct key *key)
{
    key->count = 0;
    do {
        cog_toml_blanks(r);
        if (key->count > COG_TOML_DEPTH)
            return cog_toml_too_deep(r);
        const char *begin = r->at;
        char *text = part(r);
        if (!text)
            return -1;
        key->parts[key->count].text = text;
        key->parts[key->count].begin = begin;
        key->parts[key->count++].end = r->at;
        cog_toml_blanks(r);
    } while (cog_toml_take(r, '.'));
    return 0;
}

void cog_toml_key_release(struct key *key)
{
    while (key->count)
        free(key->parts[--key->count].text);
}
