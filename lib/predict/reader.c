/* reader.c - finds where JSON objects end. */
#include "predict/reader.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"

enum { PIECE = 1 << 16, MAX_OBJECT = 1 << 30 }; /* bytes; files travel in objects */

static const char blanks[] = " \t\r\n";

void cog_reader_init(struct cog_reader *reader, int fd)
{
    *reader = (struct cog_reader){.fd = fd, .line = 1, .scanned_line = 1};
}

void cog_reader_release(struct cog_reader *reader)
{
    free(reader->text);
    *reader = (struct cog_reader){.fd = -1};
}

/* Makes room for a piece behind what was not taken yet. */
static void make_room(struct cog_reader *reader)
{
    if (reader->begin > 0) {
        memmove(reader->text, reader->text + reader->begin, reader->size - reader->begin);
        reader->size -= reader->begin;
        reader->scanned -= reader->begin;
        reader->begin = 0;
    }
    if (reader->capacity - reader->size < PIECE) {
        reader->capacity = 2 * reader->capacity + PIECE;
        reader->text = cog_realloc(reader->text, reader->capacity, 1);
    }
}

int cog_reader_fill(struct cog_reader *reader, struct cog_diags *diags)
{
    struct cog_pos at = {.file = "<stdin>"};

    make_room(reader);
    if (reader->size > MAX_OBJECT)
        return cog_report(diags, COG_ERROR, at, "doc.size",
                          "an object of more than %d bytes", MAX_OBJECT);
    ssize_t got = read(reader->fd, reader->text + reader->size, PIECE);
    if (got < 0 && (errno == EINTR || errno == EAGAIN))
        return 0;
    if (got < 0)
        return cog_report(diags, COG_FAILURE, at, "machine.read", "cannot read: %s",
                          strerror(errno));
    reader->ended = got == 0;
    reader->size += (size_t)got;
    reader->read += (unsigned long long)got;
    return 0;
}

/* Looks at the next byte of an object; true when that was its last. */
static bool scan(struct cog_reader *reader)
{
    char c = reader->text[reader->scanned++];

    reader->scanned_line += c == '\n';
    if (reader->quoted) {
        reader->quoted = reader->escaped || (c != '"' && c != '\n');
        reader->escaped = !reader->escaped && c == '\\';
        return false;
    }
    reader->quoted = c == '"';
    if (c == '{' || c == '[')
        reader->depth++;
    else if ((c == '}' || c == ']') && reader->depth > 0)
        reader->depth--;
    else if (c != '\n')
        return false;
    return reader->depth == 0;
}

/* Whether a new object begins where the last one should have gone on. */
static bool begins_anew(const struct cog_reader *reader)
{
    return reader->scanned > reader->begin && reader->text[reader->scanned - 1] == '\n' &&
           reader->text[reader->scanned] == '{';
}

static void skip_blanks(struct cog_reader *reader)
{
    while (reader->begin < reader->size && strchr(blanks, reader->text[reader->begin]) &&
           reader->text[reader->begin])
        reader->line += reader->text[reader->begin++] == '\n';
    reader->scanned = reader->begin;
    reader->scanned_line = reader->line;
}

bool cog_reader_next(struct cog_reader *reader, const char **text, size_t *size,
                     unsigned *line)
{
    bool whole = false;

    if (reader->scanned == reader->begin)
        skip_blanks(reader);
    while (!whole && reader->scanned < reader->size)
        whole = begins_anew(reader) || scan(reader);
    if (!whole && !(reader->ended && reader->begin < reader->size))
        return false;
    *text = reader->text + reader->begin;
    *size = reader->scanned - reader->begin;
    *line = reader->line;
    reader->begin = reader->scanned;
    reader->line = reader->scanned_line;
    reader->depth = 0;
    reader->quoted = reader->escaped = false;
    return true;
}

bool cog_reader_is_empty(struct cog_reader *reader)
{
    if (reader->scanned == reader->begin)
        skip_blanks(reader);
    return reader->begin == reader->size;
}
