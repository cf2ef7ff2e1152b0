/* status.c - BuildKit's reports of progress as JSON. */
#include "buildkit/status.h"

#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/digest.h"

/* Empty texts are left out; so is what is not UTF-8, which protobuf does not allow. */
static void set_text(json_t *object, const char *key, const char *text)
{
    if (*text)
        json_object_set_new(object, key, json_string(text));
}

static void set_number(json_t *object, const char *key, int64_t number)
{
    if (number)
        json_object_set_new(object, key, json_integer(number));
}

static void set_bytes(json_t *object, const char *key, ProtobufCBinaryData bytes)
{
    auto_free char *text = cog_base64(bytes.data, bytes.len);

    json_object_set_new(object, key, json_string(text));
}

/* RFC 3339 with as many digits of a second as there are. */
static void set_time(json_t *object, const char *key, const Buildkit__Timestamp *time)
{
    struct tm parts;
    char day[40], fraction[16];
    time_t seconds = time ? time->seconds : 0;

    if (!time || time->nanos < 0 || time->nanos > 999999999 ||
        !gmtime_r(&seconds, &parts) ||
        strftime(day, sizeof day, "%Y-%m-%dT%H:%M:%S", &parts) == 0)
        return;
    (void)snprintf(fraction, sizeof fraction, ".%09d", time->nanos);
    size_t length = strlen(fraction);
    while (fraction[length - 1] == '0')
        length--;
    fraction[length > 1 ? length : 0] = '\0';
    auto_free char *text = cog_printf("%s%sZ", day, fraction);
    json_object_set_new(object, key, json_string(text));
}

static json_t *vertex_json(const Buildkit__Vertex *vertex)
{
    json_t *object = json_object();

    set_text(object, "digest", vertex->digest);
    set_text(object, "name", vertex->name);
    set_text(object, "error", vertex->error);
    set_time(object, "started", vertex->started);
    set_time(object, "completed", vertex->completed);
    if (vertex->cached)
        json_object_set_new(object, "cached", json_true());
    if (vertex->progress_group) {
        json_t *group = json_object();
        set_text(group, "id", vertex->progress_group->id);
        set_text(group, "name", vertex->progress_group->name);
        if (vertex->progress_group->weak)
            json_object_set_new(group, "weak", json_true());
        json_object_set_new(object, "progressGroup", group);
    }
    if (vertex->n_inputs > 0) {
        json_t *inputs = json_array();
        for (size_t i = 0; i < vertex->n_inputs; i++)
            json_array_append_new(inputs, json_string(vertex->inputs[i]));
        json_object_set_new(object, "inputs", inputs);
    }
    return object;
}

static json_t *status_json(const Buildkit__VertexStatus *status)
{
    json_t *object = json_object();

    json_object_set_new(object, "id", json_string(status->id));
    set_text(object, "vertex", status->vertex);
    set_text(object, "name", status->name);
    set_number(object, "total", status->total);
    json_object_set_new(object, "current", json_integer(status->current));
    set_time(object, "timestamp", status->timestamp);
    set_time(object, "started", status->started);
    set_time(object, "completed", status->completed);
    return object;
}

static json_t *log_json(const Buildkit__VertexLog *log)
{
    json_t *object = json_object();

    set_text(object, "vertex", log->vertex);
    set_number(object, "stream", log->stream);
    set_bytes(object, "data", log->msg);
    set_time(object, "timestamp", log->timestamp);
    return object;
}

static void set_position(json_t *object, const char *key, const Buildkit__Position *at)
{
    if (!at)
        return;
    json_t *position = json_object();
    set_number(position, "line", at->line);
    set_number(position, "character", at->character);
    json_object_set_new(object, key, position);
}

/* The place in a source file that a warning is about. */
static void set_place(json_t *object, const Buildkit__VertexWarning *warning)
{
    json_t *ranges = json_array();

    if (warning->info) {
        json_t *info = json_object();
        set_text(info, "filename", warning->info->filename);
        if (warning->info->data.len)
            set_bytes(info, "data", warning->info->data);
        set_text(info, "language", warning->info->language);
        json_object_set_new(object, "sourceInfo", info);
    }
    for (size_t i = 0; i < warning->n_ranges; i++) {
        json_t *range = json_object();
        set_position(range, "start", warning->ranges[i]->start);
        set_position(range, "end", warning->ranges[i]->end);
        json_array_append_new(ranges, range);
    }
    if (warning->n_ranges > 0)
        json_object_set(object, "range", ranges);
    json_decref(ranges);
}

static json_t *warning_json(const Buildkit__VertexWarning *warning)
{
    json_t *object = json_object(), *detail = json_array();

    set_text(object, "vertex", warning->vertex);
    set_number(object, "level", warning->level);
    if (warning->summary.len)
        set_bytes(object, "short", warning->summary);
    set_text(object, "url", warning->url);
    for (size_t i = 0; i < warning->n_detail; i++) {
        auto_free char *text = cog_base64(warning->detail[i].data, warning->detail[i].len);
        json_array_append_new(detail, json_string(text));
    }
    if (warning->n_detail > 0)
        json_object_set(object, "detail", detail);
    json_decref(detail);
    set_place(object, warning);
    return object;
}

json_t *cog_status_json(const Buildkit__StatusResponse *report)
{
    json_t *object = json_object();
    json_t *vertexes = json_array(), *statuses = json_array(), *logs = json_array(),
           *warnings = json_array();
    const struct {
        const char *key;
        json_t *list;
    } lists[] = {{"vertexes", vertexes},
                 {"statuses", statuses},
                 {"logs", logs},
                 {"warnings", warnings}};

    for (size_t i = 0; i < report->n_vertexes; i++)
        json_array_append_new(vertexes, vertex_json(report->vertexes[i]));
    for (size_t i = 0; i < report->n_statuses; i++)
        json_array_append_new(statuses, status_json(report->statuses[i]));
    for (size_t i = 0; i < report->n_logs; i++)
        json_array_append_new(logs, log_json(report->logs[i]));
    for (size_t i = 0; i < report->n_warnings; i++)
        json_array_append_new(warnings, warning_json(report->warnings[i]));
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        if (json_array_size(lists[i].list) > 0)
            json_object_set(object, lists[i].key, lists[i].list);
        json_decref(lists[i].list);
    }
    return object;
}
