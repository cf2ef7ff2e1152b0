/* weights.c - large files that are probably a model's weights. */
#include <string.h>

#include "base/auto.h"
#include "detect/detect.h"
#include "tree/ignore.h"
#include "tree/walk.h"

enum { MIN_BYTES = 10 << 20 };

static bool is_code_or_media(const char *path)
{
    static const char *const endings[] = {".py",  ".so",  ".whl", ".log", ".ipynb", ".jpg",
                                          ".png", ".gif", ".mp3", ".mp4", ".wav",   ".zip"};
    size_t length = strlen(path);

    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t ending = strlen(endings[i]);
        if (length > ending && strcmp(path + length - ending, endings[i]) == 0)
            return true;
    }
    return false;
}

static void fill(struct cog_ignore *ignore, const json_t *patterns)
{
    const json_t *pattern;
    size_t index;

    (void)cog_ignore_add(ignore, ".git");
    json_array_foreach(patterns, index, pattern) {
        (void)cog_ignore_add(ignore, json_string_value(pattern));
    }
}

int cog_detect_weights(const struct cog_scan *scan)
{
    json_t *list = json_array();
    struct cog_ignore ignore;
    struct cog_entry entry;
    int more = -1;

    json_object_set_new(scan->facts, "weights", list);
    cog_ignore_init(&ignore);
    fill(&ignore, json_object_get(scan->facts, "ignore"));
    struct cog_walk *walk = cog_walk_new(scan->root, NULL, &ignore, scan->diags);
    while (walk && (more = cog_walk_next(walk, &entry, scan->diags)) > 0)
        if (S_ISREG(entry.info.st_mode) && entry.info.st_size >= MIN_BYTES &&
            !is_code_or_media(entry.path))
            json_array_append_new(list, json_pack("{s:s, s:I}", "path", entry.path, "size",
                                                  (json_int_t)entry.info.st_size));
    if (walk)
        cog_walk_free(walk);
    cog_ignore_release(&ignore);
    return more;
}
