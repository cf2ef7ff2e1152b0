/* steps.c - the steps of a build as BuildKit reports them. */
#include "buildkit/steps.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

enum {
    MAX_STEPS =
        10000, /* more than a plan has; an engine that reports more is not followed */
    MAX_DIGEST = 200,
};

/* Sums of what an engine reports stay in range: a time after 2100 is none. */
static const int64_t last_second = INT64_C(4102444800);

void cog_build_steps_release(struct cog_build_steps *steps)
{
    for (size_t i = 0; i < steps->count; i++) {
        struct cog_build_step *step = &steps->items[i];
        free(step->digest);
        free(step->name);
        free(step->error);
        free(step->partial);
        for (size_t line = 0; line < COG_STEP_TAIL; line++)
            free(step->tail[line]);
    }
    free(steps->items);
    *steps = (struct cog_build_steps){0};
}

static struct cog_build_step *find(const struct cog_build_steps *steps, const char *digest)
{
    for (size_t i = 0; i < steps->count; i++) {
        if (strcmp(steps->items[i].digest, digest) == 0)
            return &steps->items[i];
    }
    return NULL;
}

/* The text, cut if it is long; NULL when too much is kept already. */
static char *keep(struct cog_build_steps *steps, const char *text, size_t size)
{
    if (size > COG_STEP_LINE)
        size = COG_STEP_LINE;
    while (size > 0 && ((unsigned char)text[size] & 0xc0) == 0x80)
        size--; /* not within a character */
    if (steps->bytes + size > COG_STEPS_BYTES)
        return NULL;
    steps->bytes += size;
    return cog_strndup(text, size);
}

static struct cog_build_step *find_or_add(struct cog_build_steps *steps,
                                          const Buildkit__Vertex *vertex)
{
    struct cog_build_step *step = find(steps, vertex->digest);

    if (step || steps->count == MAX_STEPS || strlen(vertex->digest) > MAX_DIGEST)
        return step;
    char *name = keep(steps, vertex->name, strlen(vertex->name));
    if (!name)
        return NULL;
    steps->items = cog_realloc(steps->items, steps->count + 1, sizeof *steps->items);
    step = &steps->items[steps->count++];
    *step = (struct cog_build_step){.digest = cog_strdup(vertex->digest), .name = name};
    return step;
}

static int64_t nanoseconds(const Buildkit__Timestamp *time)
{
    if (!time || time->seconds < 0 || time->seconds > last_second || time->nanos < 0 ||
        time->nanos > 999999999)
        return 0;
    return time->seconds * 1000000000 + time->nanos;
}

static void update(struct cog_build_steps *steps, struct cog_build_step *step,
                   const Buildkit__Vertex *vertex)
{
    int64_t started = nanoseconds(vertex->started);

    if (started && started != step->started) {
        if (step->completed > step->started && step->worked < last_second * 1000000000)
            step->worked += step->completed - step->started;
        step->started = started;
    }
    step->completed = nanoseconds(vertex->completed);
    step->cached = vertex->cached;
    if (*vertex->error && (!step->error || strcmp(step->error, vertex->error) != 0)) {
        char *error = keep(steps, vertex->error, strlen(vertex->error));
        free(step->error);
        step->error = error ? error : cog_strdup("");
    }
}

/* Adds to the line that has no end yet; what is too long is cut. */
static void extend(struct cog_build_steps *steps, struct cog_build_step *step,
                   const char *text, size_t size)
{
    size_t have = step->partial ? strlen(step->partial) : 0;
    size_t left = COG_STEPS_BYTES - steps->bytes;

    if (size > COG_STEP_LINE - have)
        size = COG_STEP_LINE - have;
    if (size > left)
        size = left;
    steps->bytes += size;
    step->partial = cog_realloc(step->partial, have + size + 1, 1);
    memcpy(step->partial + have, text, size);
    step->partial[have + size] = '\0';
}

static void end_line(struct cog_build_steps *steps, struct cog_build_step *step,
                     int64_t time)
{
    size_t length = strlen(step->partial);
    char **slot = &step->tail[step->lines++ % COG_STEP_TAIL];

    steps->bytes -= *slot ? strlen(*slot) : 0;

    if (length > 0 && step->partial[length - 1] == '\r')
        step->partial[length - 1] = '\0';
    cog_spent_line(&step->spent, step->partial, time);
    free(*slot);
    *slot = step->partial;
    step->partial = NULL;
}

static void take_log(struct cog_build_steps *steps, struct cog_build_step *step,
                     const Buildkit__VertexLog *log)
{
    const char *text = (const char *)log->msg.data;
    size_t size = log->msg.len;

    while (size > 0) {
        const char *newline = memchr(text, '\n', size);
        size_t part = newline ? (size_t)(newline - text) : size;
        extend(steps, step, text, part);
        if (newline) {
            end_line(steps, step, nanoseconds(log->timestamp));
            part++;
        }
        text += part;
        size -= part;
    }
}

void cog_build_steps_update(struct cog_build_steps *steps,
                            const Buildkit__StatusResponse *report)
{
    for (size_t i = 0; i < report->n_vertexes; i++) {
        struct cog_build_step *step = find_or_add(steps, report->vertexes[i]);
        if (step)
            update(steps, step, report->vertexes[i]);
    }
    for (size_t i = 0; i < report->n_statuses; i++) {
        const Buildkit__VertexStatus *part = report->statuses[i];
        struct cog_build_step *step = find(steps, part->vertex);
        if (step)
            cog_spent_part(&step->spent, part->id, nanoseconds(part->started),
                           nanoseconds(part->completed));
    }
    for (size_t i = 0; i < report->n_logs; i++) {
        const Buildkit__VertexLog *log = report->logs[i];
        struct cog_build_step *step = find(steps, log->vertex);
        if (step)
            take_log(steps, step, log);
    }
}

const char *cog_build_step_line(const struct cog_build_step *step, size_t index)
{
    if (step->partial && index-- == 0)
        return step->partial;
    if (index >= step->lines || index >= COG_STEP_TAIL)
        return NULL;
    return step->tail[(step->lines - 1 - index) % COG_STEP_TAIL];
}

int64_t cog_build_step_milliseconds(const struct cog_build_step *step)
{
    int64_t last = step->completed - step->started;

    return (step->worked + (last > 0 ? last : 0)) / 1000000;
}

int64_t cog_steps_began(const struct cog_build_steps *steps)
{
    int64_t began = 0;

    for (size_t i = 0; i < steps->count; i++) {
        int64_t started = steps->items[i].started - steps->items[i].worked;
        if (steps->items[i].started && (!began || started < began))
            began = started;
    }
    return began / 1000000000;
}
