/* steps.c - the steps of a build, made from its reports. */
#include "steps/steps.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/digest.h"
#include "steps/report_text.h"

enum {
    MAX_STEPS = 10000,
    MAX_PARTS = 1000,    /* of one step */
    MAX_LINE = 16 << 10, /* bytes; the rest of a longer line is dropped */
};

/* What an engine reports is kept in ranges in which sums and products stay exact. */
static const int64_t max_bytes = INT64_C(1) << 56,
                     max_time = INT64_C(4102444800000); /* the year 2100 */

void cog_steps_release(struct cog_steps *steps)
{
    for (size_t i = 0; i < steps->count; i++) {
        struct cog_step *step = &steps->items[i];
        free(step->digest);
        free(step->name);
        free(step->error);
        free(step->command);
        free(step->partial);
        for (size_t j = 0; j < step->part_count; j++)
            free(step->parts[j].id);
        free(step->parts);
        for (size_t j = 0; j < COG_STEP_TAIL; j++)
            free(step->tail[j]);
    }
    free(steps->items);
    *steps = (struct cog_steps){0};
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
    return clamp(cog_report_time(json_string_value(json_object_get(object, key))),
                 max_time);
}

static int64_t bytes_of(const json_t *object, const char *key)
{
    return clamp(json_integer_value(json_object_get(object, key)), max_bytes);
}

/* The text, clean and cut if it is long. The caller frees it. */
static char *keep(struct cog_steps *steps, const char *text, size_t size)
{
    if (size > COG_STEP_NAME)
        size = COG_STEP_NAME;
    while (size > 0 && ((unsigned char)text[size] & 0xc0) == 0x80)
        size--; /* not within a character */
    if (steps->bytes + size > COG_STEPS_BYTES)
        size = 0;
    steps->bytes += size;
    return cog_report_line(text, size);
}

/* Returns steps->count when there is none. */
static size_t find(const struct cog_steps *steps, const char *digest)
{
    size_t i = 0;

    while (i < steps->count && strcmp(steps->items[i].digest, digest) != 0)
        i++;
    return i;
}

static void take_vertex(struct cog_steps *steps, const json_t *vertex,
                        const struct cog_steps_events *events, void *data)
{
    const char *digest = text_of(vertex, "digest"), *name = text_of(vertex, "name");
    const char *error = text_of(vertex, "error"), *command = text_of(vertex, "command");
    size_t index = find(steps, digest);
    int64_t started = time_of(vertex, "started");

    if (index == MAX_STEPS || strlen(digest) > COG_STEP_NAME ||
        steps->bytes >= COG_STEPS_BYTES)
        return;
    if (index == steps->count) {
        steps->items = cog_realloc(steps->items, index + 1, sizeof *steps->items);
        steps->items[steps->count++] = (struct cog_step){
            .digest = cog_strdup(digest), .name = keep(steps, name, strlen(name))};
    }
    struct cog_step *step = &steps->items[index];
    if (started && started != step->started) {
        if (step->completed > step->started)
            step->worked =
                clamp(step->worked + (step->completed - step->started), max_time);
        step->started = started;
    }
    if (*command && !step->command)
        step->command = keep(steps, command, strlen(command));
    step->completed = time_of(vertex, "completed");
    step->cached = json_is_true(json_object_get(vertex, "cached"));
    if (*error && !step->error)
        step->error = keep(steps, error, strlen(error));
    if (events && events->changed)
        events->changed(data, index);
}

static void take_part(struct cog_steps *steps, const json_t *status,
                      const struct cog_steps_events *events, void *data)
{
    size_t index = find(steps, text_of(status, "vertex")), at = 0;
    const char *id = text_of(status, "id");

    if (index == steps->count)
        return;
    struct cog_step *step = &steps->items[index];
    while (at < step->part_count && strcmp(step->parts[at].id, id) != 0)
        at++;
    if (at == MAX_PARTS || (at == step->part_count && steps->bytes >= COG_STEPS_BYTES))
        return;
    if (at == step->part_count) {
        step->parts = cog_realloc(step->parts, at + 1, sizeof *step->parts);
        step->parts[step->part_count++] =
            (struct cog_step_part){.id = keep(steps, id, strlen(id))};
    }
    struct cog_step_part *part = &step->parts[at];
    part->current = bytes_of(status, "current");
    part->total = bytes_of(status, "total");
    part->started = time_of(status, "started");
    part->completed = time_of(status, "completed");
    cog_spent_part(&step->spent, part->id, part->started, part->completed);
    if (events && events->part)
        events->part(data, index, part);
}

static void end_line(struct cog_steps *steps, size_t index, int64_t time,
                     const struct cog_steps_events *events, void *data)
{
    struct cog_step *step = &steps->items[index];
    char **slot = &step->tail[step->lines++ % COG_STEP_TAIL];

    steps->bytes -= step->partial_size + (*slot ? strlen(*slot) : 0);
    free(*slot);
    *slot = cog_report_line(step->partial ? step->partial : "", step->partial_size);
    steps->bytes += strlen(*slot);
    free(step->partial);
    step->partial = NULL;
    step->partial_size = 0;
    cog_spent_line(&step->spent, *slot, time);
    if (events && events->line)
        events->line(data, index, *slot, time);
}

static void extend(struct cog_step *step, char byte)
{
    if (!step->partial || step->partial_size + 1 == step->partial_capacity) {
        step->partial_capacity = step->partial ? 2 * step->partial_capacity : 128;
        step->partial = cog_realloc(step->partial, step->partial_capacity, 1);
    }
    step->partial[step->partial_size++] = byte;
    step->partial[step->partial_size] = '\0';
}

static void take_log(struct cog_steps *steps, const json_t *log,
                     const struct cog_steps_events *events, void *data)
{
    size_t index = find(steps, text_of(log, "vertex")), size = 0;
    auto_free unsigned char *bytes = cog_base64_decode(text_of(log, "data"), &size);

    if (index == steps->count || !bytes)
        return;
    struct cog_step *step = &steps->items[index];
    for (size_t i = 0; i < size; i++) {
        if (bytes[i] == '\n') {
            end_line(steps, index, time_of(log, "timestamp"), events, data);
        } else if (step->partial_size < MAX_LINE && steps->bytes < COG_STEPS_BYTES) {
            extend(step, (char)bytes[i]);
            steps->bytes++;
        }
    }
}

void cog_steps_update(struct cog_steps *steps, const json_t *report,
                      const struct cog_steps_events *events, void *data)
{
    const json_t *item;
    size_t index;

    json_array_foreach(json_object_get(report, "vertexes"), index, item) {
        take_vertex(steps, item, events, data);
    }
    json_array_foreach(json_object_get(report, "statuses"), index, item) {
        take_part(steps, item, events, data);
    }
    json_array_foreach(json_object_get(report, "logs"), index, item) {
        take_log(steps, item, events, data);
    }
}

bool cog_step_running(const struct cog_step *step)
{
    return step->started && !step->completed;
}

int64_t cog_step_milliseconds(const struct cog_step *step, int64_t now)
{
    int64_t end = step->completed ? step->completed : now;

    return step->worked + (step->started && end > step->started ? end - step->started : 0);
}

bool cog_step_canceled(const struct cog_step *step)
{
    static const char canceled[] = "context canceled";
    const char *end = step->error ? strstr(step->error, canceled) : NULL;

    return end && !end[sizeof canceled - 1];
}

const char *cog_step_line(const struct cog_step *step, size_t index)
{
    if (step->partial && index-- == 0)
        return step->partial;
    if (index >= step->lines || index >= COG_STEP_TAIL)
        return NULL;
    return step->tail[(step->lines - 1 - index) % COG_STEP_TAIL];
}

int64_t cog_steps_began(const struct cog_steps *steps)
{
    int64_t began = 0;

    for (size_t i = 0; i < steps->count; i++) {
        int64_t started = steps->items[i].started - steps->items[i].worked;
        if (steps->items[i].started && (!began || started < began))
            began = started;
    }
    return began / 1000;
}
