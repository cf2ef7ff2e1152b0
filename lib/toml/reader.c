/* reader.c - bytes, places and the messages of the TOML reader. */
#include "toml/reader.h"

#include <ctype.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"

enum { MAX_SHOWN = 40 }; /* bytes of what was found instead */

int cog_toml_peek(const struct reader *r)
{
    return r->at < r->end ? (unsigned char)*r->at : COG_TOML_END;
}

bool cog_toml_take(struct reader *r, char byte)
{
    if (r->at == r->end || *r->at != byte)
        return false;
    r->at++;
    return true;
}

bool cog_toml_newline(struct reader *r)
{
    if (r->end - r->at >= 2 && r->at[0] == '\r' && r->at[1] == '\n') {
        r->at += 2;
        return true;
    }
    return cog_toml_take(r, '\n');
}

void cog_toml_blanks(struct reader *r)
{
    while (r->at < r->end && (*r->at == ' ' || *r->at == '\t'))
        r->at++;
}

bool cog_toml_printable(int byte)
{
    return byte == '\t' || (byte >= 0x20 && byte != 0x7f);
}

static bool at_newline(const struct reader *r)
{
    struct reader copy = *r;

    return cog_toml_newline(&copy);
}

int cog_toml_comment(struct reader *r)
{
    if (!cog_toml_take(r, '#'))
        return 0;
    while (cog_toml_printable(cog_toml_peek(r)))
        r->at++;
    if (r->at == r->end || at_newline(r))
        return 0;
    return cog_toml_expected(r, "a comment to have no control characters but tabs");
}

static void count(const char *from, const char *to, unsigned *line, unsigned *column)
{
    for (; from < to; from++) {
        if (*from == '\n') {
            ++*line;
            *column = 1;
        } else {
            *column += ((unsigned char)*from & 0xc0) != 0x80;
        }
    }
}

struct cog_pos cog_toml_where(const struct reader *r, const char *at)
{
    struct cog_pos place = {r->file, 1, 1};

    count(r->text, at, &place.line, &place.column);
    return place;
}

struct cog_pos cog_toml_here(struct reader *r)
{
    count(r->mark, r->at, &r->line, &r->column);
    r->mark = r->at;
    return (struct cog_pos){r->file, r->line, r->column};
}

size_t cog_toml_remember(struct reader *r, const void *node, struct cog_pos at)
{
    struct cog_toml_places *places = r->places;

    if (places->count == places->room) {
        places->room = places->room ? 2 * places->room : 64;
        places->items = cog_realloc(places->items, places->room, sizeof *places->items);
    }
    places->items[places->count] = (struct place){node, at.line, at.column};
    return places->count++;
}

static bool in_word(char byte)
{
    return isalnum((unsigned char)byte) || strchr("_-+.:", byte) != NULL;
}

static char *found(const struct reader *r)
{
    unsigned char byte = (unsigned char)(r->at < r->end ? *r->at : 0);
    size_t word = 0;

    if (r->at == r->end)
        return cog_strdup("the end of the file");
    if (at_newline(r))
        return cog_strdup("the end of the line");
    if (byte == '\r')
        return cog_strdup("a carriage return without a line feed");
    while (r->at + word < r->end && word < MAX_SHOWN && r->at[word] && in_word(r->at[word]))
        word++;
    if (word)
        return cog_printf("%.*s", (int)word, r->at);
    if (byte < 0x80)
        return cog_printf(cog_toml_printable(byte) ? "'%c'" : "the byte 0x%02x", byte);
    while (r->at + word < r->end &&
           (word == 0 || ((unsigned char)r->at[word] & 0xc0) == 0x80))
        word++;
    return cog_printf("'%.*s'", (int)word, r->at);
}

int cog_toml_expected(struct reader *r, const char *what)
{
    auto_free char *instead = found(r);

    return cog_report(r->diags, COG_ERROR, cog_toml_where(r, r->at), "toml.syntax",
                      "expected %s, found %s", what, instead);
}

int cog_toml_too_deep(struct reader *r)
{
    return cog_report(r->diags, COG_ERROR, cog_toml_where(r, r->at), "toml.limit",
                      "tables and arrays are nested deeper than %d", COG_TOML_DEPTH);
}
