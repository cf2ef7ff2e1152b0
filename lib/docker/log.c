/* log.c - takes a container's output apart and keeps its end. */
#include "docker/log.h"

#include <string.h>

static void keep(struct cog_log *log, const char *text, size_t size)
{
    if (size > COG_LOG_TAIL) {
        text += size - COG_LOG_TAIL;
        size = COG_LOG_TAIL;
    }
    size_t stays = COG_LOG_TAIL - size;
    if (log->tail_size > stays) {
        memmove(log->tail, log->tail + log->tail_size - stays, stays);
        log->tail_size = stays;
    }
    memcpy(log->tail + log->tail_size, text, size);
    log->tail_size += size;
    if (log->live)
        cog_diags_text(log->live, text, size);
}

static void begin_frame(struct cog_log *log)
{
    log->left = 0;
    for (int i = 4; i < 8; i++)
        log->left = log->left << 8 | log->header[i];
    log->header_size = 0;
}

void cog_log_feed(void *context, const char *bytes, size_t size)
{
    struct cog_log *log = context;

    while (size) {
        size_t wanted = log->left ? log->left : sizeof log->header - log->header_size;
        size_t taken = size < wanted ? size : wanted;
        if (log->left) {
            keep(log, bytes, taken);
            log->left -= taken;
        } else {
            memcpy(log->header + log->header_size, bytes, taken);
            log->header_size += taken;
            if (log->header_size == sizeof log->header)
                begin_frame(log);
        }
        bytes += taken;
        size -= taken;
    }
}

void cog_log_show_tail(const struct cog_log *log, struct cog_diags *diags)
{
    const char *text = log->tail, *end = text + log->tail_size;
    const char *newline = memchr(text, '\n', log->tail_size);

    if (log->live || log->tail_size == 0)
        return;
    if (log->tail_size == COG_LOG_TAIL && newline && newline + 1 < end)
        text = newline + 1; /* the first line is cut */
    cog_diags_text(diags, text, (size_t)(end - text));
    if (end[-1] != '\n')
        cog_diags_text(diags, "\n", 1);
}
