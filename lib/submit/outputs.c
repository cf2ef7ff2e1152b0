/* outputs.c - what becomes of a build, by options. */
#include "submit/outputs.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/digest.h"
#include "base/doc.h"
#include "buildkit/local_cache.h"
#include "buildkit/output.h"
#include "cli/builder.h"
#include "session/folder.h"

static const struct cog_pos nowhere = {0};

void cog_outputs_init(struct cog_outputs *outputs)
{
    *outputs = (struct cog_outputs){
        .list = json_array(),
        .cache_from = json_array(),
        .cache_to = json_array(),
        .attestations = json_object(),
    };
}

static void release(struct cog_target *target)
{
    if (target->fd >= 0 && target->fd != STDOUT_FILENO)
        (void)close(target->fd);
    if (target->partial)
        (void)unlink(target->partial);
    free(target->path);
    free(target->partial);
    cog_load_release(&target->load);
}

void cog_outputs_release(struct cog_outputs *outputs)
{
    for (size_t i = 0; outputs->targets && i < json_array_size(outputs->list); i++)
        release(&outputs->targets[i]);
    json_decref(outputs->list);
    json_decref(outputs->cache_from);
    json_decref(outputs->cache_to);
    json_decref(outputs->attestations);
    cog_builder_release(&outputs->docker);
    free(outputs->stores);
    free(outputs->sinks);
    free(outputs->targets);
    *outputs = (struct cog_outputs){0};
}

static bool to_stdout(const json_t *output)
{
    const char *dest = cog_member_text(output, "dest");

    return dest && strcmp(dest, "-") == 0;
}

bool cog_outputs_use_stdout(const struct cog_outputs *outputs)
{
    const json_t *output;
    size_t index;

    json_array_foreach(outputs->list, index, output) {
        if (to_stdout(output))
            return true;
    }
    return false;
}

int cog_outputs_add(struct cog_outputs *outputs, const char *value, const char *option,
                    struct cog_diags *diags)
{
    json_auto_t *output = cog_output_parse(value, option, diags);
    const char *tar = cog_member_text(json_object_get(output, "attrs"), "tar");

    if (!output)
        return -1;
    if (strcmp(cog_member_text(output, "type"), "cacheonly") == 0) {
        outputs->nothing = true;
        return 0;
    }
    if (tar && strcmp(tar, "false") == 0)
        return cog_report(diags, COG_ERROR, nowhere, "usage.option",
                          "%s: tar=false is not supported; unpack the archive instead",
                          option);
    if (to_stdout(output) && (cog_outputs_use_stdout(outputs) || isatty(STDOUT_FILENO)))
        return cog_report(diags, COG_ERROR, nowhere, "usage.option",
                          "%s: \"%s\" goes to standard output, which %s; add dest=FILE",
                          option, value,
                          isatty(STDOUT_FILENO) ? "is a terminal" : "another output has");
    if (json_array_size(outputs->list) == COG_SESSION_MAX_SINKS)
        return cog_report(diags, COG_ERROR, nowhere, "usage.option", "too many outputs");
    return json_array_append(outputs->list, output);
}

static void set_from(json_t *attrs, const char *key, const char *variable)
{
    const char *value = getenv(variable);

    if (value && *value && !json_object_get(attrs, key))
        json_object_set_new(attrs, key, json_string(value));
}

/* What a job of GitHub Actions knows, as buildctl(1) adds it. Returns whether all is there
 * that such a cache needs. */
static bool add_github(json_t *attrs)
{
    const char *version = cog_member_text(attrs, "version");
    const char *v2 = getenv("ACTIONS_CACHE_SERVICE_V2");
    bool second = version ? strcmp(version, "2") == 0
                          : v2 && (strcmp(v2, "1") == 0 || strcasecmp(v2, "true") == 0);

    if (second)
        set_from(attrs, "url_v2", "ACTIONS_RESULTS_URL");
    set_from(attrs, "url", "ACTIONS_CACHE_URL");
    set_from(attrs, "url", "ACTIONS_RESULTS_URL");
    set_from(attrs, "token", "ACTIONS_RUNTIME_TOKEN");
    return json_object_get(attrs, "token") &&
           (json_object_get(attrs, "url") || json_object_get(attrs, "url_v2"));
}

int cog_outputs_add_cache(json_t *caches, const char *value, const char *option,
                          struct cog_diags *diags)
{
    json_auto_t *cache = cog_cache_parse(value, option, diags);

    if (!cache)
        return -1;
    json_t *attrs = json_object_get(cache, "attrs");
    if (strcmp(option, "--cache-to") == 0 && !json_object_get(attrs, "mode"))
        json_object_set_new(attrs, "mode", json_string("min")); /* as buildctl(1) does */
    if (strcmp(cog_member_text(cache, "type"), "gha") == 0 && !add_github(attrs))
        return cog_report(
            diags, COG_ERROR, nowhere, "usage.option",
            "%s: type=gha needs url= and token=, which jobs of GitHub Actions "
            "have in ACTIONS_RESULTS_URL and ACTIONS_RUNTIME_TOKEN",
            option);
    return json_array_append(caches, cache);
}

int cog_outputs_attest(struct cog_outputs *outputs, const char *type, const char *value)
{
    auto_free char *key = cog_printf("attest:%s", type);

    if (value && strcmp(value, "false") == 0)
        return 0;
    if (value && strcmp(value, "true") == 0)
        value = NULL;
    return json_object_set_new(outputs->attestations, key, json_string(value ? value : ""));
}

static bool is_pushed(const json_t *output)
{
    const char *push = cog_member_text(json_object_get(output, "attrs"), "push");

    return push && strcmp(push, "false") != 0;
}

bool cog_outputs_push(const struct cog_outputs *outputs)
{
    const json_t *item;
    size_t index;

    json_array_foreach(outputs->list, index, item) {
        if (is_pushed(item))
            return true;
    }
    return false;
}

/* Adds the names that an output has of its own. */
static void add_names(const json_t *output, json_t *list)
{
    const char *names = cog_member_text(json_object_get(output, "attrs"), "name");

    while (names && *names) {
        size_t length = strcspn(names, ",");
        json_array_append_new(list, json_stringn(names, length));
        names += length + (names[length] == ',');
    }
}

json_t *cog_outputs_pushed(const struct cog_outputs *outputs, const json_t *tags)
{
    json_t *list = json_array();
    const json_t *item;
    size_t index;

    json_array_foreach(outputs->list, index, item) {
        if (!is_pushed(item))
            continue;
        if (json_object_get(json_object_get(item, "attrs"), "name"))
            add_names(item, list);
        else
            (void)json_array_extend(list, (json_t *)tags);
    }
    return list;
}

void cog_outputs_images(const struct cog_outputs *outputs, const json_t *tags,
                        json_t *images)
{
    const json_t *lists[] = {outputs->cache_from, outputs->cache_to}, *item;
    size_t index;

    json_array_foreach(outputs->list, index, item) {
        add_names(item, images);
    }
    if (cog_outputs_push(outputs))
        (void)json_array_extend(images, (json_t *)tags);
    for (size_t i = 0; i < 2; i++)
        json_array_foreach(lists[i], index, item) {
            json_t *ref = json_object_get(json_object_get(item, "attrs"), "ref");
            if (ref)
                json_array_append(images, ref);
        }
}

static int fail(const char *path, int reason, struct cog_diags *diags)
{
    return cog_report(diags, COG_ERROR, (struct cog_pos){.file = path}, "output.write",
                      "%s", strerror(reason));
}

/* Writes what does not block: of a pipe as much as it has room for in any case. */
static ptrdiff_t write_some(void *data, const unsigned char *bytes, size_t size)
{
    struct cog_target *target = data;
    struct pollfd poller = {.fd = target->fd, .events = POLLOUT};
    struct stat info;

    if (fstat(target->fd, &info) == 0 && !S_ISREG(info.st_mode)) {
        if (poll(&poller, 1, 0) <= 0)
            return 0;
        size = size < PIPE_BUF ? size : PIPE_BUF;
    }
    ssize_t written = write(target->fd, bytes, size);
    if (written < 0 && (errno == EAGAIN || errno == EINTR))
        return 0;
    return written < 0 ? fail(target->path, errno, target->diags) : written;
}

static int end_file(void *data)
{
    (void)data;
    return 1;
}

/* A file gets its name when it is whole; what is no file is written to as it is. */
static int open_file(struct cog_target *target, const char *path)
{
    struct stat info;

    target->path = cog_strdup(path);
    if (stat(path, &info) == 0 && !S_ISREG(info.st_mode)) {
        target->fd = open(path, O_WRONLY | O_CLOEXEC);
    } else {
        target->partial = cog_printf("%s.XXXXXX", path);
        target->fd = mkstemp(target->partial);
        mode_t mask = umask(0);
        (void)umask(mask);
        if (target->fd >= 0)
            (void)fchmod(target->fd, 0666 & ~mask);
        else
            target->partial[0] = '\0';
    }
    return target->fd < 0 ? fail(path, errno, target->diags) : 0;
}

static int open_target(struct cog_outputs *outputs, size_t index, struct cog_diags *diags)
{
    const json_t *output = json_array_get(outputs->list, index);
    const char *type = cog_member_text(output, "type"),
               *dest = cog_member_text(output, "dest");
    struct cog_sink *sink = &outputs->sinks[index];
    struct cog_target *target = &outputs->targets[index];

    if (strcmp(type, "image") == 0)
        return 0;
    if (strcmp(type, "local") == 0) {
        auto_close int folder = cog_folder_open(dest);
        sink->folder = dest;
        return folder < 0 ? fail(dest, errno, diags) : 0;
    }
    if (!dest) { /* of type docker */
        cog_load_init(&target->load, &outputs->docker, sink, diags);
        return outputs->docker.address ? 0 : cog_builder_docker(&outputs->docker, diags);
    }
    *sink = (struct cog_sink){
        .write = write_some, .end = end_file, .data = target, .events = POLLOUT};
    if (to_stdout(output)) {
        target->fd = STDOUT_FILENO;
        target->path = cog_strdup("<stdout>");
    } else if (open_file(target, dest) < 0) {
        return -1;
    }
    sink->fd = target->fd;
    return 0;
}

int cog_outputs_open(struct cog_outputs *outputs, struct cog_session *session,
                     struct cog_diags *diags)
{
    size_t count = json_array_size(outputs->list);
    int result = 0;

    outputs->sinks = cog_calloc(count + 1, sizeof *outputs->sinks);
    outputs->targets = cog_calloc(count + 1, sizeof *outputs->targets);
    for (size_t i = 0; i < count; i++) {
        outputs->targets[i] = (struct cog_target){.fd = -1, .diags = diags};
        outputs->targets[i].load.transport.fd = -1;
        outputs->targets[i].load.transport.command.log = -1;
    }
    for (size_t i = 0; i < count; i++)
        result |= open_target(outputs, i, diags);
    result |= cog_local_caches_open(outputs->cache_from, outputs->cache_to,
                                    &outputs->stores, &session->store_count, diags);
    session->sinks = outputs->sinks;
    session->sink_count = count;
    session->stores = outputs->stores;
    return result;
}

static int write_file(const char *path, const char *text, struct cog_diags *diags)
{
    auto_fclose FILE *file = fopen(path, "w");

    if (!file)
        return fail(path, errno, diags);
    return cog_write_all(file, path, text, strlen(text), diags);
}

int cog_outputs_write_document(const char *path, const json_t *doc, struct cog_diags *diags)
{
    auto_free char *text = cog_doc_text(doc);

    return write_file(path, text, diags);
}

/* The exporters' answer, in which BuildKit packs JSON into base64, as buildx(1) writes it.
 */
static int write_metadata(const char *path, const json_t *answer, struct cog_diags *diags)
{
    json_auto_t *metadata = json_object();
    const char *key;
    json_t *value;

    json_object_foreach((json_t *)answer, key, value) {
        size_t size = 0;
        auto_free unsigned char *bytes = cog_base64_decode(json_string_value(value), &size);
        json_t *decoded = bytes ? json_loadb((char *)bytes, size, 0, NULL) : NULL;
        json_object_set_new(metadata, key, decoded ? decoded : json_incref(value));
    }
    auto_free char *text = json_dumps(metadata, JSON_INDENT(2) | JSON_SORT_KEYS);
    auto_free char *line = cog_printf("%s\n", text);
    return write_file(path, line, diags);
}

int cog_outputs_finish(struct cog_outputs *outputs, const struct cog_built *built,
                       struct cog_diags *diags)
{
    const char *digest = cog_member_text(built->answer, "containerimage.digest");
    int result = cog_local_caches_finish(outputs->cache_to, built->answer, diags);

    for (size_t i = 0; i < json_array_size(outputs->list); i++) {
        struct cog_target *target = &outputs->targets[i];
        if (!target->partial)
            continue;
        if (rename(target->partial, target->path) < 0)
            result |= fail(target->path, errno, diags);
        free(target->partial);
        target->partial = NULL;
    }
    if (outputs->id_file)
        result |= write_file(outputs->id_file, digest ? digest : "", diags);
    if (outputs->metadata_file)
        result |= write_metadata(outputs->metadata_file, built->answer, diags);
    return result;
}
