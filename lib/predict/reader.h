/* reader.h - takes a stream of JSON objects apart without waiting for its end.
 *
 * Objects stand one a line, or one after the other in any layout. One that is broken ends
 * where a line begins with "{", so that the next is read all the same. */
#ifndef COG_PREDICT_READER_H
#define COG_PREDICT_READER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"

struct cog_reader {
    int fd; /* borrowed */
    char *text;
    size_t size, capacity;
    size_t begin;   /* of what was not taken yet */
    size_t scanned; /* up to where it was looked at */
    unsigned depth; /* of braces and brackets there */
    bool quoted, escaped, ended;
    unsigned line; /* of `begin`, from 1 */
    unsigned scanned_line;
    unsigned long long read; /* bytes of all */
};

void cog_reader_init(struct cog_reader *reader, int fd);
void cog_reader_release(struct cog_reader *reader);

/* Reads once, and waits when there is nothing to read. Returns 0, or -1 after machine.read;
 * `ended` is set at the end. */
int cog_reader_fill(struct cog_reader *reader, struct cog_diags *diags);

/* Takes the next object: `*text` of `*size` bytes, valid until the next call of any of
 * these, beginning in `*line`. It need not be JSON: what is wrong is left to the parser.
 * Returns false when more has to be read first, or nothing is left. */
bool cog_reader_next(struct cog_reader *reader, const char **text, size_t *size,
                     unsigned *line);

/* Whether nothing but blanks is there to be taken, as far as it was read. */
bool cog_reader_is_empty(struct cog_reader *reader);

#endif
