/* source.c - sends a folder to a container by PUT /containers/ID/archive. */
#include "exec/source.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/exit.h"
#include "base/printable.h"
#include "blocks/blocks.h"
#include "detect/detect.h"
#include "http/pool.h"
#include "term/text.h"
#include "tree/archive.h"
#include "tree/walk.h"

enum { TICK_MS = 1000 };

static const struct cog_pos nowhere = {0};

/* One archive on its way. */
struct sending {
    const json_t *sent, *found;
    struct cog_archive *archive;
    bool failed; /* after a diagnostic */
};

static int load(struct cog_source *source, const char *folder, struct cog_diags *diags)
{
    json_auto_t *facts = json_object();
    const struct cog_scan scan = {.root = folder, .facts = facts, .diags = diags};

    source->folder = folder;
    cog_ignore_init(&source->exclude);
    if (cog_detect_ignore(&scan) < 0)
        return -1;
    json_auto_t *patterns = cog_block_ignored(json_object_get(facts, "ignore"));
    const json_t *pattern;
    size_t index;
    json_array_foreach(patterns, index, pattern) {
        (void)cog_ignore_add(&source->exclude, json_string_value(pattern));
    }
    return 0;
}

int cog_source_place(struct cog_source *source, const char *folder, const char *files,
                     const struct cog_engine *engine, json_t *mounts,
                     struct cog_diags *diags)
{
    if (!folder)
        return 0;
    if (files ? strcmp(files, "copy") == 0 : engine->endpoint->remote) {
        json_array_append_new(mounts,
                              json_pack("{s:s, s:s, s:{s:b}}", "Type", "volume", "Target",
                                        "/src", "VolumeOptions", "NoCopy", true));
        return load(source, folder, diags);
    }
    return json_array_append_new(mounts, json_pack("{s:s, s:s, s:s}", "Type", "bind",
                                                   "Source", folder, "Target", "/src"));
}

void cog_source_release(struct cog_source *source)
{
    if (source->folder)
        cog_ignore_release(&source->exclude);
    json_decref(source->sent);
    *source = (struct cog_source){0};
}

void cog_source_forget(struct cog_source *source)
{
    json_decref(source->sent);
    source->sent = NULL;
}

/* What there is: path -> when it was changed, in nanoseconds. NULL after a diagnostic. */
static json_t *list(const struct cog_source *source, long long *bytes,
                    struct cog_diags *diags)
{
    struct cog_walk *walk = cog_walk_new(source->folder, NULL, &source->exclude, diags);
    json_t *found = json_object();
    struct cog_entry entry;
    int result = walk ? 1 : -1;

    *bytes = 0;
    while (result > 0 && (result = cog_walk_next(walk, &entry, diags)) > 0) {
        const struct timespec *changed = &entry.info.st_ctim;
        json_object_set_new_nocheck(
            found, entry.path,
            json_integer((json_int_t)changed->tv_sec * 1000000000 + changed->tv_nsec));
        *bytes += S_ISREG(entry.info.st_mode) ? entry.info.st_size : 0;
    }
    cog_walk_free(walk);
    if (result == 0)
        return found;
    json_decref(found);
    return NULL;
}

/* A cog_archive_choice: what is new or was changed, and was listed. */
static bool is_wanted(void *context, const struct cog_entry *entry)
{
    const struct sending *sending = context;
    const json_t *found = json_object_get(sending->found, entry->path);

    return found && !json_equal(found, json_object_get(sending->sent, entry->path));
}

/* A cog_http_source. */
static long give(void *context, char *bytes, size_t size)
{
    struct sending *sending = context;
    long given = cog_archive_read(sending->archive, bytes, size);

    sending->failed |= given < 0;
    return given;
}

static bool is_interrupted(int signals)
{
    struct signalfd_siginfo info;

    return read(signals, &info, sizeof info) == sizeof info && info.ssi_signo != SIGWINCH;
}

/* Waits for the end of it. */
static int follow(struct cog_http_pool *pool, int signals, int *outcome,
                  struct cog_http_response *response)
{
    size_t slot;

    while (!cog_http_pool_take(pool, &slot, outcome, response)) {
        bool readable = false;
        (void)cog_http_pool_wait(pool, TICK_MS, signals, &readable);
        if (readable && is_interrupted(signals))
            return COG_EXIT_INTERRUPTED;
    }
    return 0;
}

static int conclude(const struct cog_engine *engine, int outcome,
                    const struct cog_http_response *response, struct cog_diags *diags)
{
    struct cog_engine_answer answer = {0};

    if (outcome != COG_HTTP_OK)
        return cog_report(diags, COG_FAILURE, nowhere, "engine.unreachable",
                          "the files do not get to the engine at %s: %s",
                          engine->endpoint->name, response->error);
    cog_engine_answer_read(&answer, response);
    int result = 0;
    if (answer.status != 200)
        result = cog_report(diags, COG_FAILURE, nowhere, "engine.refused",
                            "the engine at %s does not take the files (%ld): %s",
                            engine->endpoint->name, answer.status, answer.message);
    cog_engine_answer_release(&answer);
    return result;
}

static int put(struct sending *sending, const struct cog_engine *engine,
               const char *container, int signals, struct cog_diags *diags)
{
    static const char *const headers[] = {"Content-Type: application/x-tar", NULL};
    auto_free char *url = NULL;
    /* not to /src, out of which the engine lets no link lead */
    auto_free char *path = cog_printf("/containers/%s/archive?path=/", container);
    struct cog_http_request request = cog_engine_request(engine, path, &url);
    struct cog_http_pool *pool = cog_http_pool_new(engine->http, 1);
    struct cog_http_response response = {0};
    int outcome;

    request.method = "PUT";
    request.headers = headers;
    request.source = give;
    request.source_context = sending;
    cog_http_pool_send(pool, 0, &request, NULL, NULL);
    int result = follow(pool, signals, &outcome, &response);
    if (result == 0)
        result = sending->failed ? -1 : conclude(engine, outcome, &response, diags);
    cog_http_response_release(&response);
    cog_http_pool_free(pool);
    return result;
}

/* Before it takes its time. */
static void announce(const struct cog_source *source, const struct cog_engine *engine,
                     const json_t *found, long long bytes, struct cog_diags *diags)
{
    auto_free char *size = cog_text_bytes(bytes);
    auto_free char *text = cog_printf(
        "cog: copying %s (%zu files and folders, %s) to the engine %s; what is written to "
        "/src there goes with the container",
        source->folder, json_object_size(found), size, engine->endpoint->name);
    auto_free char *line = cog_printable(text);

    cog_diags_text(diags, line, strlen(line));
    cog_diags_text(diags, "\n", 1);
}

int cog_source_send(struct cog_source *source, const struct cog_engine *engine,
                    const char *container, int signals, struct cog_diags *diags)
{
    long long bytes;
    json_auto_t *found = list(source, &bytes, diags);
    struct cog_walk *walk =
        found ? cog_walk_new(source->folder, NULL, &source->exclude, diags) : NULL;
    struct sending sending = {.sent = source->sent, .found = found};

    if (!walk)
        return -1;
    if (!source->sent)
        announce(source, engine, found, bytes, diags);
    sending.archive = cog_archive_new(walk, "src/", is_wanted, &sending, diags);
    int result = put(&sending, engine, container, signals, diags);
    cog_archive_free(sending.archive);
    cog_walk_free(walk);
    if (result == 0) {
        json_decref(source->sent);
        source->sent = json_incref(found);
    }
    return result;
}

bool cog_source_lacks(const struct cog_source *source, struct cog_diags *diags)
{
    long long bytes;
    json_auto_t *found = list(source, &bytes, diags);
    const char *path;
    json_t *stamp;

    json_object_foreach(source->sent, path, stamp) {
        if (!json_object_get(found, path))
            return true;
    }
    return false;
}
