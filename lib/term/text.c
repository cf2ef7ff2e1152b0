/* text.c - pieces of text for a terminal. */
#include "term/text.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/character.h"

char *cog_text_bytes(int64_t bytes)
{
    static const char *const units[] = {"kB", "MB", "GB", "TB"};
    int64_t tenths = bytes / 100; /* of the unit */
    size_t unit = 0;

    if (bytes < 1000)
        return cog_printf("%lldB", (long long)bytes);
    for (; tenths >= 10000 && unit + 1 < sizeof units / sizeof *units; unit++)
        tenths /= 1000;
    return cog_printf("%lld.%lld%s", (long long)(tenths / 10), (long long)(tenths % 10),
                      units[unit]);
}

char *cog_text_seconds(int64_t milliseconds)
{
    int64_t tenths = milliseconds > 0 ? milliseconds / 100 : 0;

    return cog_printf("%lld.%llds", (long long)(tenths / 10), (long long)(tenths % 10));
}

char *cog_text_outcome(const struct cog_step *step)
{
    if (cog_step_canceled(step))
        return cog_strdup("CANCELED");
    if (step->error)
        return cog_printf("ERROR: %s", step->error);
    if (step->cached)
        return cog_strdup("CACHED");
    auto_free char *seconds =
        cog_text_seconds(cog_step_milliseconds(step, step->completed));
    return cog_printf("DONE %s", seconds);
}

char *cog_text_amount(const struct cog_step_part *part, int64_t now)
{
    auto_free char *current = cog_text_bytes(part->current);
    auto_free char *total = cog_text_bytes(part->total);
    int64_t end = part->completed ? part->completed : now;
    auto_free char *seconds = cog_text_seconds(part->started ? end - part->started : 0);

    if (part->total)
        return cog_printf("%s / %s %s", current, total, seconds);
    return part->current ? cog_printf("%s %s", current, seconds) : cog_strdup(seconds);
}

size_t cog_text_fit(const char *text, size_t columns, size_t *used)
{
    size_t size = 0, left = strlen(text);

    *used = 0;
    while (left > 0) {
        uint32_t code = 0;
        size_t part = cog_character_decode(text + size, left, &code);
        size_t width = part > 0 ? cog_character_width(code) : 1;
        part += part == 0;
        if (*used + width > columns)
            break;
        size += part;
        left -= part;
        *used += width;
    }
    return size;
}

char *cog_text_shorten(const char *text, size_t columns)
{
    size_t all, used, before;

    (void)cog_text_fit(text, SIZE_MAX, &all);
    if (all <= columns || columns < 10)
        return cog_strdup(text);
    size_t head = cog_text_fit(text, columns / 2, &used);
    size_t tail = cog_text_fit(text, all - (columns - used - 1), &before);
    return cog_printf("%.*s…%s", (int)head, text, text + tail);
}
