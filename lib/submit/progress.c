/* progress.c - the progress of a build on stderr. */
#include "submit/progress.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

int cog_submit_progress_mode(const char *name)
{
    static const struct {
        const char *name;
        enum cog_progress_mode mode;
    } modes[] = {
        {"plain", COG_PROGRESS_PLAIN},
        {"tty", COG_PROGRESS_TTY},
        {"rawjson", COG_PROGRESS_RAWJSON},
        {"quiet", COG_PROGRESS_QUIET},
    };
    const char *terminal = getenv("TERM"), *preferred = getenv("BUILDKIT_PROGRESS");

    if (strcmp(name, "auto") == 0 && preferred && *preferred)
        name = preferred;
    if (strcmp(name, "auto") == 0)
        return isatty(STDERR_FILENO) && terminal && strcmp(terminal, "dumb") != 0
                   ? COG_PROGRESS_TTY
                   : COG_PROGRESS_PLAIN;
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        if (strcmp(name, modes[i].name) == 0)
            return (int)modes[i].mode;
    }
    return -1;
}

static int64_t now(void)
{
    struct timespec now;

    return clock_gettime(CLOCK_REALTIME, &now) == 0
               ? (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000
               : 0;
}

static void show(void *data, const char *text, size_t size)
{
    (void)data;
    cog_diags_draw(text, size);
}

static struct winsize terminal_size(void)
{
    struct winsize size = {0};

    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) < 0 || !size.ws_col || !size.ws_row)
        size = (struct winsize){.ws_col = 80, .ws_row = 24};
    return size;
}

struct cog_submit_progress cog_submit_progress_open(int mode, const char *title,
                                                    struct cog_diags *diags)
{
    struct winsize size = terminal_size();
    const char *colourless = getenv("NO_COLOR");
    struct cog_submit_progress screen = {
        .progress = cog_progress_new((enum cog_progress_mode)mode, size.ws_col, size.ws_row,
                                     show, NULL),
        .diags = diags,
        .mode = mode,
    };

    cog_progress_title(screen.progress, title);
    cog_diags_flush(diags);
    if (!colourless || !*colourless)
        cog_progress_colour(screen.progress);
    return screen;
}

void cog_submit_progress_update(void *data, const json_t *report)
{
    struct cog_submit_progress *screen = data;
    struct winsize size = terminal_size();

    screen->width = size.ws_col;
    cog_progress_resize(screen->progress, size.ws_col, size.ws_row);
    if (report)
        cog_progress_update(screen->progress, report, now());
    else
        cog_progress_tick(screen->progress, now());
}

void cog_submit_progress_close(struct cog_submit_progress *screen)
{
    cog_progress_finish(screen->progress, now());
    cog_progress_free(screen->progress);
}
