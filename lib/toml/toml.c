/* toml.c - reads TOML line by line and finds the places of what was read. */
#include "toml/toml.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "toml/reader.h"

/* The length of the UTF-8 sequence at `at` (RFC 3629), or 0. */
static size_t sequence(const unsigned char *at, const unsigned char *end)
{
    static const struct {
        unsigned char first, last, low, high; /* of the first byte, of the second */
        size_t length;
    } kinds[] = {
        {0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3},
        {0xe1, 0xec, 0x80, 0xbf, 3}, {0xed, 0xed, 0x80, 0x9f, 3},
        {0xee, 0xef, 0x80, 0xbf, 3}, {0xf0, 0xf0, 0x90, 0xbf, 4},
        {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4},
    };

    if (*at < 0x80)
        return 1;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (*at < kinds[i].first || *at > kinds[i].last)
            continue;
        if ((size_t)(end - at) < kinds[i].length || at[1] < kinds[i].low ||
            at[1] > kinds[i].high)
            return 0;
        for (size_t next = 2; next < kinds[i].length; next++)
            if ((at[next] & 0xc0) != 0x80)
                return 0;
        return kinds[i].length;
    }
    return 0;
}

static int check_encoding(const struct reader *r)
{
    const unsigned char *at = (const unsigned char *)r->text;
    const unsigned char *end = (const unsigned char *)r->end;
    size_t length;

    if (end - at >= 3 && at[0] == 0xef && at[1] == 0xbb && at[2] == 0xbf)
        return cog_report(r->diags, COG_ERROR, cog_toml_where(r, r->text), "toml.encoding",
                          "begins with a byte order mark; save the file as UTF-8 without");
    for (; at < end; at += length) {
        length = sequence(at, end);
        if (!length)
            return cog_report(
                r->diags, COG_ERROR, cog_toml_where(r, (const char *)at), "toml.encoding",
                "the byte 0x%02x here is not UTF-8; save the file as UTF-8", *at);
    }
    return 0;
}

static int line(struct reader *r, size_t *table)
{
    int result = 0, byte;

    cog_toml_blanks(r);
    byte = cog_toml_peek(r);
    if (byte == '[')
        result = cog_toml_header(r, table);
    else if (byte != '#' && byte != '\r' && byte != '\n' && byte != COG_TOML_END)
        result = cog_toml_pair(r, *table);
    if (result < 0)
        return -1;
    cog_toml_blanks(r);
    if (cog_toml_comment(r) < 0)
        return -1;
    if (!cog_toml_newline(r) && r->at < r->end)
        return cog_toml_expected(r, "the end of the line");
    return 0;
}

static int document(struct reader *r, json_t *value)
{
    size_t table = cog_toml_table(r, value, HEADED, 0, cog_toml_here(r));
    int result = check_encoding(r);

    while (result == 0 && r->at < r->end)
        result = line(r, &table);
    return result;
}

static int by_node(const void *a, const void *b)
{
    const char *x = ((const struct place *)a)->node, *y = ((const struct place *)b)->node;

    return (x > y) - (x < y);
}

int cog_toml_load(struct cog_toml *toml, const char *text, size_t size, const char *file,
                  struct cog_diags *diags)
{
    struct cog_toml_places *places = cog_alloc(sizeof *places);
    struct reader reader = {
        .text = text,
        .end = text + size,
        .at = text,
        .mark = text,
        .line = 1,
        .column = 1,
        .file = file,
        .diags = diags,
        .scratch = cog_alloc(size + 1),
        .places = places,
    };

    *toml = (struct cog_toml){json_object(), file, places};
    int result = document(&reader, toml->value);
    cog_toml_forget(&reader, 0);
    free(reader.tables);
    free(reader.scratch);
    if (result < 0)
        cog_toml_release(toml);
    else
        qsort(places->items, places->count, sizeof *places->items, by_node);
    return result;
}

void cog_toml_release(struct cog_toml *toml)
{
    json_decref(toml->value);
    if (toml->places)
        free(toml->places->items);
    free(toml->places);
    *toml = (struct cog_toml){0};
}

struct cog_pos cog_toml_at(const struct cog_toml *toml, const json_t *node)
{
    struct place key = {.node = node};
    const struct place *place =
        bsearch(&key, toml->places->items, toml->places->count, sizeof key, by_node);

    if (!place)
        return (struct cog_pos){.file = toml->file};
    return (struct cog_pos){toml->file, place->line, place->column};
}
