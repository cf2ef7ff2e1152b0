/* spent.c - what a step's time was spent on. */
#include "steps/spent.h"

#include <stdlib.h>
#include <string.h>

/* How something begins, and what it says that time was spent on. */
struct beginning {
    const char *text;
    enum cog_spending spending;
};

/* pip's lines, and what the time was for since its line before. */
static const struct beginning marks[] = {
    {"Collecting ", COG_SPENT_NETWORK},
    {"Installing collected packages:", COG_SPENT_NETWORK},
    {"Successfully installed ", COG_SPENT_UNPACK},
    {0},
};

/* Lines that end with "in" and a time. */
static const struct beginning lines[] = {
    {"Resolved ", COG_SPENT_NETWORK},
    {"Prepared ", COG_SPENT_NETWORK},
    {"Installed ", COG_SPENT_UNPACK},
    {"Compiled ", COG_SPENT_COMPILE},
    {0},
};

/* moby/buildkit util/progress, source/containerimage, source/local, exporter */
static const struct beginning parts[] = {
    {"resolve ", COG_SPENT_NETWORK},   {"sha256:", COG_SPENT_NETWORK},
    {"pushing ", COG_SPENT_NETWORK},   {"extracting ", COG_SPENT_UNPACK},
    {"transferring ", COG_SPENT_COPY}, {0},
};

static const struct beginning kinds[] = {
    {"exec", COG_SPENT_RUN},
    {"source", COG_SPENT_NETWORK},
    {"", COG_SPENT_COPY}, /* files, and folders of this machine */
    {0},
};

static const struct beginning own_steps[] = {
    {"exporting ", COG_SPENT_EXPORT},
    {"", COG_SPENT_NETWORK}, /* caches, names of images, tokens */
    {0},
};

/* NULL: it begins with none of them. */
static const struct beginning *find(const struct beginning *table, const char *text)
{
    for (; table->text; table++)
        if (strncmp(text, table->text, strlen(table->text)) == 0)
            return table;
    return NULL;
}

static const int64_t day = INT64_C(86400000), most = INT64_C(1000000000000);

/* Adds milliseconds of what an engine reports, so that sums stay in range: what takes more
 * than a day is not counted. */
static void count(struct cog_spent *spent, enum cog_spending spending, int64_t time)
{
    if (time > 0 && time < day && spent->printed[spending] < most)
        spent->printed[spending] += time;
}

/* The milliseconds of "560ms", "1.23s" or "2m 03s"; 0: it is something else. */
static int64_t read_duration(const char *text)
{
    char *end;
    double value = strtod(text, &end), milliseconds = 0;

    if (end != text && strncmp(end, "m ", 2) == 0) {
        milliseconds = value * 60000;
        text = end + 2;
        value = strtod(text, &end);
    }
    if (end != text && strcmp(end, "ms") == 0)
        milliseconds += value;
    else if (end != text && strcmp(end, "s") == 0)
        milliseconds += value * 1000;
    return milliseconds > 0 && milliseconds < 1e12 ? (int64_t)milliseconds : 0;
}

void cog_spent_line(struct cog_spent *spent, const char *line, int64_t time)
{
    static const char in[] = " in ";
    const struct beginning *mark = find(marks, line), *found = find(lines, line);
    const char *duration = NULL;

    if (mark && spent->marked)
        count(spent, mark->spending, time - spent->marked);
    if (mark)
        spent->marked = time;
    for (const char *at = line; found && (at = strstr(at, in)); duration = at)
        at += sizeof in - 1;
    if (duration)
        count(spent, found->spending, read_duration(duration));
}

void cog_spent_part(struct cog_spent *spent, const char *id, int64_t started,
                    int64_t completed)
{
    const struct beginning *found = find(parts, id);

    if (!found || !started || completed < started)
        return;
    int64_t *from = &spent->from[found->spending], *to = &spent->to[found->spending];
    if (!*from || started < *from)
        *from = started;
    if (completed > *to)
        *to = completed;
}

json_t *cog_spent_json(const struct cog_spent *spent, const char *kind, const char *name,
                       int64_t total)
{
    static const char *const names[COG_SPENDINGS] = {"network", "unpack", "compile",
                                                     "copy",    "export", "run"};
    enum cog_spending rest = find(kind ? kinds : own_steps, kind ? kind : name)->spending;
    int64_t shares[COG_SPENDINGS], left = total;
    json_t *object = json_object();

    for (int i = 0; i < COG_SPENDINGS; i++) {
        int64_t share = spent->printed[i] + (spent->to[i] - spent->from[i]);
        shares[i] = share < left ? share : left;
        left -= shares[i];
    }
    shares[rest] += left;
    for (int i = 0; i < COG_SPENDINGS; i++)
        if (shares[i] > 0)
            json_object_set_new(object, names[i], json_integer(shares[i]));
    return object;
}
