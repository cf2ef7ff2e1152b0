/* reader.h - the insides of the TOML reader, for the files of this folder.
 *
 * One pass over the text, which is known to be UTF-8. What fails has reported it: -1, or
 * NULL for a value. Keys and values are copied out of `scratch`, which has room for any
 * part of the text: nothing grows by being decoded. */
#ifndef COG_TOML_READER_H
#define COG_TOML_READER_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"

enum { COG_TOML_DEPTH = 64, COG_TOML_END = -1 };

/* Where a node is written. */
struct place {
    const void *node;
    unsigned line, column;
};

struct cog_toml_places {
    struct place *items; /* sorted by node when reading has ended */
    size_t count, room;
};

/* What made a table, which decides who may add to it: a longer header (IMPLIED: anyone),
 * its own header (HEADED: nobody outside of its section), dotted keys (DOTTED: dotted
 * keys), a header of an array of tables (REPEATED: likewise nobody). */
enum origin { IMPLIED, HEADED, DOTTED, REPEATED };

/* A table that is not closed; inline tables are such only while they are read. */
struct table {
    json_t *value;    /* borrowed from the document; of REPEATED ones the last */
    json_t *children; /* key -> index in reader.tables; NULL: none. All else is closed. */
    enum origin origin;
    unsigned depth; /* the document's is 0 */
    size_t place;   /* index in reader.places */
};

struct reader {
    const char *text, *end, *at; /* `at`: what is read next */
    const char *mark;            /* lines and columns are counted up to here */
    unsigned line, column;       /* of `mark` */
    const char *file;
    struct cog_diags *diags;
    char *scratch; /* as long as the text, and a NUL */
    struct cog_toml_places *places;
    struct table *tables; /* the document first */
    size_t table_count, table_room;
};

/* A dotted key; the texts are owned. */
struct key {
    struct {
        char *text;
        const char *begin, *end; /* as written */
    } parts[COG_TOML_DEPTH + 1];
    size_t count;
};

/* The next byte, or COG_TOML_END. */
int cog_toml_peek(const struct reader *r);

/* Skips what is named if it is next, and says whether it was. */
bool cog_toml_take(struct reader *r, char byte);
bool cog_toml_newline(struct reader *r);
void cog_toml_blanks(struct reader *r);

/* Skips a comment if one is next. */
int cog_toml_comment(struct reader *r);

/* Whether the byte may stand in a string or comment of one line. */
bool cog_toml_printable(int byte);

/* toml.syntax: "expected WHAT, found …" at what is next; returns -1. */
int cog_toml_expected(struct reader *r, const char *what);

/* toml.limit: nested too deep, at what is next; returns -1. */
int cog_toml_too_deep(struct reader *r);

/* Where `at` is, counted from the top: for messages. */
struct cog_pos cog_toml_where(const struct reader *r, const char *at);

/* Where the reader is; every part of the text is counted once. */
struct cog_pos cog_toml_here(struct reader *r);

/* Notes where `node` is written; returns the place's index. */
size_t cog_toml_remember(struct reader *r, const void *node, struct cog_pos at);

/* The next string, of any kind, is decoded into `scratch`. Returns its length or -1. */
long cog_toml_string(struct reader *r);

/* Release `key` in any case. */
int cog_toml_key(struct reader *r, struct key *key);
void cog_toml_key_release(struct key *key);

/* A new reference, whose place is noted. `depth` is that of the table or array that will
 * hold it. */
json_t *cog_toml_value(struct reader *r, unsigned depth);

/* A number, boolean, date or time. */
json_t *cog_toml_scalar(struct reader *r);

/* A date or time of RFC 3339 in its one form, or NULL if `text` is none; the caller frees
 * it.
 */
char *cog_toml_moment(const char *text);

/* `key = value` into a table. */
int cog_toml_pair(struct reader *r, size_t table);

/* Makes an open table of `value`; returns its index. */
size_t cog_toml_table(struct reader *r, json_t *value, enum origin origin, unsigned depth,
                      struct cog_pos at);

/* Forgets the tables from index `count` on. */
void cog_toml_forget(struct reader *r, size_t count);

/* [table] or [[table]]; `table` becomes the index of the one that it opens. */
int cog_toml_header(struct reader *r, size_t *table);

#endif
