/* bar.c - draws a progress bar. */
#include "predict/bar.h"

#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "base/auto.h"

enum { PAUSE_MS = 200, WIDTH = 24 };

static const char clear[] = "\r\033[K";

static long long milliseconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void cog_bar_init(struct cog_bar *bar, bool wanted, long long size)
{
    *bar = (struct cog_bar){.wanted = wanted, .size = size, .began = milliseconds()};
}

/* "[#####     ]  42%, 0:12 left", or "" where the end is not known. The caller frees it. */
static char *share_text(const struct cog_bar *bar, unsigned long long bytes,
                        long long elapsed)
{
    char cells[WIDTH + 1] = "";

    if (bar->size <= 0 || bytes == 0)
        return cog_strdup("");
    double share = (double)bytes / (double)bar->size;
    share = share > 1 ? 1 : share;
    memset(cells, ' ', WIDTH);
    memset(cells, '#', (size_t)(share * WIDTH));
    long long left = (long long)((double)elapsed * (1 - share) / share) / 1000;
    return cog_printf("[%s] %3d%%, %lld:%02lld left, ", cells, (int)(share * 100),
                      left / 60, left % 60);
}

void cog_bar_show(struct cog_bar *bar, unsigned long long done, unsigned long long failed,
                  unsigned long long bytes, struct cog_diags *diags)
{
    long long now = milliseconds(), elapsed = now - bar->began;

    if (!bar->wanted || now - bar->drawn < PAUSE_MS)
        return;
    auto_free char *share = share_text(bar, bytes, elapsed);
    auto_free char *line =
        cog_printf("%s%s%llu done, %llu failed, %.1f/s", clear, share, done, failed,
                   elapsed > 0 ? (double)done * 1000 / (double)elapsed : 0);
    cog_diags_text(diags, line, strlen(line));
    bar->drawn = now;
    bar->shown = true;
}

void cog_bar_clear(struct cog_bar *bar, struct cog_diags *diags)
{
    if (bar->shown)
        cog_diags_text(diags, clear, sizeof clear - 1);
    bar->shown = false;
}
