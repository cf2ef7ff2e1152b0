/* transfer_report.c - reads the lines of a transfer.
 * Source: moby pkg/jsonmessage and distribution/{push,pull}_v2.go. */
#include "docker/transfer_report.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/digest.h"
#include "base/doc.h"

enum { MAX_LINE = 1 << 16, MAX_PARTS = 2000 };

/* What is said of a layer: of which part it is news, and whether that is over then. */
static const struct {
    const char *status, *before, *behind; /* its number */
    bool over;
} words[] = {
    {"Pushing", "layer", "", false},
    {"Pushed", "layer", "", true},
    {"Layer already exists", "layer", " (was there)", true},
    {"Mounted from", "layer", " (was there)", true},
    {"Downloading", "layer", "", false},
    {"Download complete", "layer", "", true},
    {"Already exists", "layer", " (was there)", true},
    {"Extracting", "unpacking layer", "", false},
    {"Pull complete", "unpacking layer", "", true},
};

/* RFC 3339. A new reference. */
static json_t *now(void)
{
    struct timespec time;
    struct tm parts;
    char text[64] = "", second[32];

    if (clock_gettime(CLOCK_REALTIME, &time) == 0 && gmtime_r(&time.tv_sec, &parts) &&
        strftime(second, sizeof second, "%Y-%m-%dT%H:%M:%S", &parts) > 0)
        (void)snprintf(text, sizeof text, "%s.%03ldZ", second, time.tv_nsec / 1000000);
    return json_string(text);
}

static void tell(const struct cog_transfer_report *report, const char *key, json_t *item)
{
    json_auto_t *told = json_pack("{s:[O]}", key, item);

    if (report->transfer->progress)
        report->transfer->progress(report->transfer->data, told);
}

void cog_transfer_report_init(struct cog_transfer_report *report,
                              const struct cog_transfer *transfer)
{
    auto_free char *name =
        cog_printf("%s %s", transfer->pull ? "pull" : "push", transfer->name);
    *report = (struct cog_transfer_report){.transfer = transfer,
                                           .parts = json_object(),
                                           .vertex = cog_sha256(name, strlen(name))};
    json_auto_t *step = json_pack("{s:s, s:s, s:o}", "digest", report->vertex, "name", name,
                                  "started", now());
    json_object_set(report->parts, "", step);
    tell(report, "vertexes", step);
}

/* The part of this name; NULL: there are too many. Borrowed. */
static json_t *part_of(struct cog_transfer_report *report, const char *name)
{
    json_t *part = json_object_get(report->parts, name);

    if (part || json_object_size(report->parts) > MAX_PARTS)
        return part;
    part = json_pack("{s:s, s:s, s:o}", "id", name, "vertex", report->vertex, "started",
                     now());
    if (part)
        json_object_set_new(report->parts, name, part);
    return part;
}

/* `status` is news of the layer `id`. */
static void take_news(struct cog_transfer_report *report, const char *id,
                      const char *status, const json_t *detail)
{
    size_t i = 0, count = sizeof words / sizeof *words;

    while (i < count && strncmp(status, words[i].status, strlen(words[i].status)) != 0)
        i++;
    if (i == count)
        return;
    auto_free char *name = cog_printf("%s %s%s", words[i].before, id, words[i].behind);
    json_t *part = part_of(report, name);
    bool bytes = !json_object_get(detail, "units"); /* or seconds */
    json_t *current = bytes ? json_object_get(detail, "current") : NULL;
    json_t *total = bytes ? json_object_get(detail, "total") : NULL;
    if (!part || json_object_get(part, "completed"))
        return;
    if (json_is_integer(total))
        json_object_set(part, "total", total);
    if (json_is_integer(current))
        json_object_set(part, "current", current);
    if (words[i].over)
        json_object_set_new(part, "completed", now());
    tell(report, "statuses", part);
}

/* A push names the digest in an object, a pull in a sentence. */
static void take_digest(struct cog_transfer_report *report, const json_t *object,
                        const char *status)
{
    static const char word[] = "Digest: ";
    const char *digest = cog_member_text(json_object_get(object, "aux"), "Digest");

    if (!digest && status && strncmp(status, word, sizeof word - 1) == 0)
        digest = status + sizeof word - 1;
    if (!digest)
        return;
    free(report->digest);
    report->digest = cog_strdup(digest);
}

static void take_line(struct cog_transfer_report *report)
{
    json_auto_t *object = json_loadb(report->line, report->size, 0, NULL);
    const char *error = cog_member_text(object, "error"),
               *status = cog_member_text(object, "status");
    const char *id = cog_member_text(object, "id");

    if (!error)
        error = cog_member_text(object, "message"); /* an answer that is no stream */
    if (error) {
        free(report->error);
        report->error = cog_strdup(error);
    }
    take_digest(report, object, status);
    if (status && id)
        take_news(report, id, status, json_object_get(object, "progressDetail"));
    report->size = 0;
}

void cog_transfer_report_add(void *context, const char *bytes, size_t size)
{
    struct cog_transfer_report *report = context;

    if (!report->line)
        report->line = cog_alloc(MAX_LINE);
    for (size_t i = 0; i < size; i++) {
        if (bytes[i] == '\n')
            take_line(report);
        else if (report->size < MAX_LINE)
            report->line[report->size++] = bytes[i];
    }
}

void cog_transfer_report_end(struct cog_transfer_report *report, const char *error)
{
    json_t *step = json_object_get(report->parts, "");

    if (report->size > 0)
        take_line(report);
    json_object_set_new(step, "completed", now());
    if (error || report->error)
        json_object_set_new(step, "error", json_string(error ? error : report->error));
    tell(report, "vertexes", step);
}

void cog_transfer_report_release(struct cog_transfer_report *report)
{
    json_decref(report->parts);
    free(report->vertex);
    free(report->line);
    free(report->error);
    free(report->digest);
    *report = (struct cog_transfer_report){0};
}
