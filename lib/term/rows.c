/* rows.c - the state of a build's steps, made from reports, for drawing. */
#include "term/rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/digest.h"
#include "term/text.h"

enum {
    MAX_ROWS = 10000,
    MAX_PARTS = 1000,     /* of one step */
    MAX_LINE = 16 << 10,  /* bytes; the rest of a longer line is dropped */
    MAX_NAME = 4 << 10,   /* bytes of a name; longer ones are cut */
    MAX_TOTAL = 16 << 20, /* bytes of all texts; what comes later is left out */
};

/* What an engine reports is kept in ranges in which sums and products stay exact. */
static const int64_t max_bytes = INT64_C(1) << 56,
                     max_time = INT64_C(4102444800000); /* the year 2100 */

void cog_rows_release(struct cog_rows *rows)
{
    for (size_t i = 0; i < rows->count; i++) {
        struct cog_row *row = &rows->items[i];
        free(row->digest);
        free(row->name);
        free(row->error);
        free(row->command);
        free(row->partial);
        for (size_t j = 0; j < row->part_count; j++)
            free(row->parts[j].id);
        free(row->parts);
        for (size_t j = 0; j < COG_ROW_TAIL; j++)
            free(row->tail[j]);
    }
    free(rows->items);
    *rows = (struct cog_rows){0};
}

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

static int64_t clamp(int64_t value, int64_t most)
{
    return value < 0 ? 0 : value > most ? most : value;
}

static int64_t time_of(const json_t *object, const char *key)
{
    return clamp(cog_text_time(json_string_value(json_object_get(object, key))), max_time);
}

static int64_t bytes_of(const json_t *object, const char *key)
{
    return clamp(json_integer_value(json_object_get(object, key)), max_bytes);
}

/* The text, clean and cut if it is long. The caller frees it. */
static char *keep(struct cog_rows *rows, const char *text, size_t size)
{
    if (size > MAX_NAME)
        size = MAX_NAME;
    if (rows->bytes + size > MAX_TOTAL)
        size = 0;
    rows->bytes += size;
    return cog_text_clean(text, size);
}

/* Returns rows->count when there is none. */
static size_t find(const struct cog_rows *rows, const char *digest)
{
    size_t i = 0;

    while (i < rows->count && strcmp(rows->items[i].digest, digest) != 0)
        i++;
    return i;
}

static void take_vertex(struct cog_rows *rows, const json_t *vertex,
                        const struct cog_rows_events *events, void *data)
{
    const char *digest = text_of(vertex, "digest"), *name = text_of(vertex, "name");
    const char *error = text_of(vertex, "error"), *command = text_of(vertex, "command");
    size_t index = find(rows, digest);
    int64_t started = time_of(vertex, "started");

    if (index == MAX_ROWS || strlen(digest) > MAX_NAME || rows->bytes >= MAX_TOTAL)
        return;
    if (index == rows->count) {
        rows->items = cog_realloc(rows->items, index + 1, sizeof *rows->items);
        rows->items[rows->count++] = (struct cog_row){
            .digest = cog_strdup(digest), .name = keep(rows, name, strlen(name))};
    }
    struct cog_row *row = &rows->items[index];
    if (started && started != row->started) {
        if (row->completed > row->started)
            row->worked = clamp(row->worked + (row->completed - row->started), max_time);
        row->started = started;
    }
    if (*command && !row->command)
        row->command = keep(rows, command, strlen(command));
    row->completed = time_of(vertex, "completed");
    row->cached = json_is_true(json_object_get(vertex, "cached"));
    if (*error && !row->error)
        row->error = keep(rows, error, strlen(error));
    if (events->changed)
        events->changed(data, index);
}

static void take_part(struct cog_rows *rows, const json_t *status,
                      const struct cog_rows_events *events, void *data)
{
    size_t index = find(rows, text_of(status, "vertex")), at = 0;
    const char *id = text_of(status, "id");

    if (index == rows->count)
        return;
    struct cog_row *row = &rows->items[index];
    while (at < row->part_count && strcmp(row->parts[at].id, id) != 0)
        at++;
    if (at == MAX_PARTS || (at == row->part_count && rows->bytes >= MAX_TOTAL))
        return;
    if (at == row->part_count) {
        row->parts = cog_realloc(row->parts, at + 1, sizeof *row->parts);
        row->parts[row->part_count++] = (struct cog_part){.id = keep(rows, id, strlen(id))};
    }
    struct cog_part *part = &row->parts[at];
    part->current = bytes_of(status, "current");
    part->total = bytes_of(status, "total");
    part->started = time_of(status, "started");
    part->completed = time_of(status, "completed");
    if (events->part)
        events->part(data, index, part);
}

static void end_line(struct cog_rows *rows, size_t index, int64_t time,
                     const struct cog_rows_events *events, void *data)
{
    struct cog_row *row = &rows->items[index];
    char **slot = &row->tail[row->lines++ % COG_ROW_TAIL];

    rows->bytes -= row->partial_size + (*slot ? strlen(*slot) : 0);
    free(*slot);
    *slot = cog_text_clean(row->partial ? row->partial : "", row->partial_size);
    rows->bytes += strlen(*slot);
    free(row->partial);
    row->partial = NULL;
    row->partial_size = 0;
    if (events->line)
        events->line(data, index, *slot, time);
}

static void extend(struct cog_row *row, char byte)
{
    if (row->partial_size == row->partial_capacity || !row->partial) {
        row->partial_capacity = row->partial ? 2 * row->partial_capacity : 128;
        row->partial = cog_realloc(row->partial, row->partial_capacity, 1);
    }
    row->partial[row->partial_size++] = byte;
}

static void take_log(struct cog_rows *rows, const json_t *log,
                     const struct cog_rows_events *events, void *data)
{
    size_t index = find(rows, text_of(log, "vertex")), size = 0;
    auto_free unsigned char *bytes = cog_base64_decode(text_of(log, "data"), &size);

    if (index == rows->count || !bytes)
        return;
    struct cog_row *row = &rows->items[index];
    for (size_t i = 0; i < size; i++) {
        if (bytes[i] == '\n') {
            end_line(rows, index, time_of(log, "timestamp"), events, data);
        } else if (row->partial_size < MAX_LINE && rows->bytes < MAX_TOTAL) {
            extend(row, (char)bytes[i]);
            rows->bytes++;
        }
    }
}

void cog_rows_update(struct cog_rows *rows, const json_t *report,
                     const struct cog_rows_events *events, void *data)
{
    const json_t *item;
    size_t index;

    json_array_foreach(json_object_get(report, "vertexes"), index, item) {
        take_vertex(rows, item, events, data);
    }
    json_array_foreach(json_object_get(report, "statuses"), index, item) {
        take_part(rows, item, events, data);
    }
    json_array_foreach(json_object_get(report, "logs"), index, item) {
        take_log(rows, item, events, data);
    }
}

bool cog_row_running(const struct cog_row *row)
{
    return row->started && !row->completed;
}

int64_t cog_row_milliseconds(const struct cog_row *row, int64_t now)
{
    int64_t end = row->completed ? row->completed : now;

    return row->worked + (row->started && end > row->started ? end - row->started : 0);
}

bool cog_row_canceled(const struct cog_row *row)
{
    static const char canceled[] = "context canceled";
    const char *end = row->error ? strstr(row->error, canceled) : NULL;

    return end && !end[sizeof canceled - 1];
}

char *cog_row_outcome(const struct cog_row *row)
{
    if (cog_row_canceled(row))
        return cog_strdup("CANCELED");
    if (row->error)
        return cog_printf("ERROR: %s", row->error);
    if (row->cached)
        return cog_strdup("CACHED");
    auto_free char *seconds = cog_text_seconds(cog_row_milliseconds(row, row->completed));
    return cog_printf("DONE %s", seconds);
}

char *cog_part_amount(const struct cog_part *part, int64_t now)
{
    auto_free char *current = cog_text_bytes(part->current);
    auto_free char *total = cog_text_bytes(part->total);
    int64_t end = part->completed ? part->completed : now;
    auto_free char *seconds = cog_text_seconds(part->started ? end - part->started : 0);

    if (part->total)
        return cog_printf("%s / %s %s", current, total, seconds);
    return part->current ? cog_printf("%s %s", current, seconds) : cog_strdup(seconds);
}
