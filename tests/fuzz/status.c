/* status.c - fuzzes an engine's reports of progress: a stream of messages, each behind its
 * length in two bytes, as steps, as JSON, and drawn. */
#include <stdint.h>

#include "base/alloc.h"
#include "buildkit/export.h"
#include "buildkit/status.h"
#include "grpc/message.h"
#include "steps/steps.h"
#include "term/progress.h"

enum {
    TERMINALS = 2,
    SECOND = 1000,
};

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void drop(void *data, const char *text, size_t size)
{
    (void)data, (void)text, (void)size;
}

static void show(struct cog_progress *progress, const json_t *report, int64_t now)
{
    cog_progress_update(progress, report, now);
    cog_progress_tick(progress, now);
}

static void take(struct cog_steps *steps, struct cog_progress *progress[TERMINALS],
                 const Buildkit__StatusResponse *report, int64_t now)
{
    json_auto_t *json = cog_status_json(report);

    cog_steps_update(steps, json, NULL, NULL);
    for (size_t i = 0; i < TERMINALS; i++)
        show(progress[i], json, now);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct cog_steps steps = {0};
    struct cog_progress *progress[TERMINALS] = {
        cog_progress_new(COG_PROGRESS_TTY, 80, 24, drop, NULL),
        cog_progress_new(COG_PROGRESS_PLAIN, 80, 24, drop, NULL),
    };
    int64_t now = SECOND;

    for (size_t length; size >= 2; bytes += length, size -= length, now += SECOND) {
        length = (size_t)bytes[0] << 8 | bytes[1];
        bytes += 2;
        size -= 2;
        if (length > size)
            length = size;
        Buildkit__StatusResponse *report = (void *)cog_message_unpack(
            &buildkit__status_response__descriptor, bytes, length);
        if (!report)
            continue;
        take(&steps, progress, report, now);
        cog_message_free(&report->base);
    }
    json_decref(cog_steps_json(&steps, NULL));
    for (size_t i = 0; i < TERMINALS; i++) {
        cog_progress_finish(progress[i], now);
        cog_progress_free(progress[i]);
    }
    cog_steps_release(&steps);
    return 0;
}
