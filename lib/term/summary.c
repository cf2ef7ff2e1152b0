/* summary.c - what a build came to, as text for people.
 *
 *     21 steps, 17 cached, 6.2s; 1.2kB sent; 2 new layers, 18.6MB
 *
 *     step                              network unpack ... total
 *     [frameworks] install packages         2.3    1.1       4.6 */
#include "term/summary.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "steps/report_text.h"
#include "term/drawing.h"
#include "term/text.h"

enum {
    COLUMN = 8,
    NAME = 24, /* columns of a step's name, at least */
};

static const char *const spendings[] = {"network", "unpack", "compile", "copy",
                                        "export",  "run",    NULL};

static bool is_cached(const json_t *step)
{
    return json_is_true(json_object_get(step, "cached"));
}

char *cog_summary_line(const struct cog_summary *summary)
{
    struct cog_term_lines line = {0};
    size_t cached = 0, count = 0, index;
    const json_t *step;
    auto_free char *seconds = cog_text_seconds(summary->milliseconds);
    auto_free char *sent = cog_text_bytes(summary->sent);

    json_array_foreach(summary->steps, index, step) {
        if (!json_object_get(step, "stage"))
            continue;
        cached += is_cached(step);
        count++;
    }
    cog_term_lines_add(&line, "%zu step%s, %zu cached, %s; %s sent", count,
                       count == 1 ? "" : "s", cached, seconds, sent);
    if (summary->layers == 0) {
        cog_term_lines_add(&line, "; no new layers");
    } else if (summary->layers > 0) {
        auto_free char *size = cog_text_bytes(summary->layer_size);
        cog_term_lines_add(&line, "; %d new layer%s, %s", summary->layers,
                           summary->layers == 1 ? "" : "s", size);
    }
    if (summary->builder) {
        auto_free char *builder =
            cog_report_line(summary->builder, strlen(summary->builder));
        cog_term_lines_add(&line, "; built by %s", builder);
    }
    cog_term_lines_add(&line, "\n");
    return line.bytes;
}

/* Adds a time right-aligned; nothing is blank. */
static void add_time(struct cog_term_lines *text, int64_t milliseconds)
{
    if (milliseconds < 50)
        cog_term_lines_add(text, "%*s", COLUMN, "");
    else
        cog_term_lines_add(text, "%*.1f", COLUMN, (double)milliseconds / 1000);
}

/* Adds a row and counts its times into `sums`, the last of which is the total's. */
static void add_row(struct cog_term_lines *table, const json_t *step, size_t room,
                    int64_t *sums)
{
    const json_t *spent = json_object_get(step, "spent");
    const char *text = json_string_value(json_object_get(step, "name"));
    auto_free char *clean = cog_report_line(text, strlen(text));
    auto_free char *name = cog_text_shorten(clean, room);
    int64_t total = json_integer_value(json_object_get(step, "milliseconds"));
    size_t columns, i;

    (void)cog_text_fit(name, SIZE_MAX, &columns);
    cog_term_lines_add(table, "%s%*s", name, (int)(room - columns), "");
    for (i = 0; spendings[i]; i++) {
        int64_t part = json_integer_value(json_object_get(spent, spendings[i]));
        add_time(table, part);
        sums[i] += part;
    }
    add_time(table, total);
    sums[i] += total;
    cog_term_lines_add(table, "\n");
}

char *cog_summary_table(const json_t *steps, unsigned width)
{
    enum { COLUMNS = sizeof spendings / sizeof *spendings }; /* one more for the total */
    size_t taken = (size_t)COLUMN * COLUMNS, index;
    size_t room = width > taken + NAME ? width - taken : NAME;
    int64_t sums[COLUMNS] = {0};
    struct cog_term_lines text = {0};
    const json_t *step;

    cog_term_lines_add(&text, "%-*s", (int)room, "seconds");
    for (size_t i = 0; spendings[i]; i++)
        cog_term_lines_add(&text, "%*s", COLUMN, spendings[i]);
    cog_term_lines_add(&text, "%*s\n", COLUMN, "total");
    json_array_foreach(steps, index, step) {
        int64_t total = json_integer_value(json_object_get(step, "milliseconds"));
        if (!is_cached(step) && total >= 50)
            add_row(&text, step, room, sums);
    }
    cog_term_lines_add(&text, "%-*s", (int)room, "all steps");
    for (size_t i = 0; i < COLUMNS; i++)
        add_time(&text, sums[i]);
    cog_term_lines_add(&text, "\n");
    return text.bytes;
}
