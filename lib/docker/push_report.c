/* push_report.c - what an engine says of a push, as reports of progress. */
#include "docker/push_report.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/digest.h"

enum {
    MAX_LINE = 64 << 10, /* bytes; a longer line is not read */
};

/* Now, in RFC 3339. The caller frees it. */
static char *now_text(void)
{
    struct timespec now = {0};
    struct tm parts = {0};
    char text[40] = "";

    (void)clock_gettime(CLOCK_REALTIME, &now);
    (void)gmtime_r(&now.tv_sec, &parts);
    (void)strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
    return cog_printf("%s.%03ldZ", text, now.tv_nsec / 1000000);
}

static void tell(const struct cog_push_report *report, const char *kind, json_t *item)
{
    json_auto_t *document = json_pack("{s:[o]}", kind, item);

    report->tell(report->data, document);
}

/* Tells of the step itself; `completed` and `error` may be NULL. */
static void tell_step(const struct cog_push_report *report, const char *completed,
                      const char *error)
{
    tell(report, "vertexes",
         json_pack("{s:s, s:s, s:s, s:s*, s:s*}", "digest", report->digest, "name",
                   report->name, "started", report->began, "completed", completed, "error",
                   error));
}

void cog_push_report_begin(struct cog_push_report *report, const char *name)
{
    if (!report->tell)
        return;
    report->name = cog_printf("push %s", name);
    report->digest = cog_sha256(report->name, strlen(report->name));
    report->began = now_text();
    report->layers = json_object();
    tell_step(report, NULL, NULL);
}

/* Whether a layer's push is over, by what is said of it. */
static bool is_over(const char *status)
{
    static const char *const ends[] = {"Pushed", "Layer already exists", "Mounted from"};

    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        if (strncmp(status, ends[i], strlen(ends[i])) == 0)
            return true;
    }
    return false;
}

/* The part of the step that a layer is. Borrowed. */
static json_t *layer(struct cog_push_report *report, const char *id, const char *now)
{
    json_t *found = json_object_get(report->layers, id);

    if (found)
        return found;
    auto_free char *name = cog_printf("layer %s", id);
    found = json_pack("{s:s, s:s, s:s, s:i}", "id", name, "vertex", report->digest,
                      "started", now, "current", 0);
    json_object_set_new(report->layers, id, found);
    return found;
}

static void take_line(struct cog_push_report *report, const char *line, size_t size)
{
    json_auto_t *object = json_loadb(line, size, 0, NULL);
    const char *id = json_string_value(json_object_get(object, "id"));
    const char *status = json_string_value(json_object_get(object, "status"));
    const json_t *detail = json_object_get(object, "progressDetail");

    if (!id || !status)
        return;
    auto_free char *now = now_text();
    json_t *item = layer(report, id, now);
    json_object_set_new(item, "name", json_string(status));
    json_object_set_new(item, "timestamp", json_string(now));
    if (json_object_size(detail) > 0) /* there is none once it is over */
        (void)json_object_update_existing(item, (json_t *)detail);
    if (json_integer_value(json_object_get(detail, "total")) > 0)
        json_object_set(item, "total", json_object_get(detail, "total"));
    if (is_over(status))
        json_object_set_new(item, "completed", json_string(now));
    tell(report, "statuses", json_incref(item));
}

void cog_push_report_feed(void *context, const char *bytes, size_t size)
{
    struct cog_push_report *report = context;

    if (!report->tell)
        return;
    for (size_t part; size > 0; bytes += part, size -= part) {
        const char *newline = memchr(bytes, '\n', size);
        part = newline ? (size_t)(newline - bytes) + 1 : size;
        if (report->size + part <= MAX_LINE) {
            report->partial = cog_realloc(report->partial, report->size + part, 1);
            memcpy(report->partial + report->size, bytes, part);
            report->size += part;
        }
        if (!newline)
            continue;
        take_line(report, report->partial, report->size);
        report->size = 0;
    }
}

void cog_push_report_end(struct cog_push_report *report, const char *error)
{
    if (!report->tell)
        return;
    auto_free char *now = now_text();
    tell_step(report, now, error);
    free(report->name);
    free(report->digest);
    free(report->began);
    free(report->partial);
    json_decref(report->layers);
}
