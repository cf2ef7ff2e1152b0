/* patch.c - makes edits of lines and tells them as a unified diff. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/doc.h"
#include "base/path.h"
#include "base/text.h"
#include "doctor/doctor.h"
#include "doctor/lines.h"

static const size_t context = 3; /* lines around a change */

/* What becomes of a file: `kept[i]`: line i + 1 stays; `new[i]`: what stands there now. */
struct patch {
    const char *file, *to; /* `to`: its new name, or NULL */
    struct cog_doctor_lines old;
    bool *changed;
    const char **new; /* NULL: the line goes */
    json_t *added;    /* lines behind the last */
};

static void load(struct patch *patch, const char *root, const char *file)
{
    *patch = (struct patch){.file = file, .added = json_array()};
    (void)cog_doctor_lines_read(&patch->old, root, file);
    patch->changed = cog_calloc(patch->old.count + 1, sizeof *patch->changed);
    patch->new = cog_calloc(patch->old.count + 1, sizeof *patch->new);
}

static void release(struct patch *patch)
{
    cog_doctor_lines_release(&patch->old);
    free(patch->changed);
    free(patch->new);
    json_decref(patch->added);
}

static bool is_added(const struct patch *patch, const char *text)
{
    const json_t *line;
    size_t index;

    json_array_foreach(patch->added, index, line) {
        if (strcmp(json_string_value(line), text) == 0)
            return true;
    }
    return false;
}

static void take(struct patch *patch, const json_t *edit)
{
    size_t line = (size_t)json_integer_value(json_object_get(edit, "line"));
    const char *text = json_string_value(json_object_get(edit, "text"));

    if (strcmp(json_string_value(json_object_get(edit, "file")), patch->file) != 0)
        return;
    if (json_object_get(edit, "to"))
        patch->to = json_string_value(json_object_get(edit, "to"));
    if (line == 0 && text && !is_added(patch, text))
        json_array_append_new(patch->added, json_string(text));
    if (line == 0 || line > patch->old.count || patch->changed[line - 1])
        return;
    patch->changed[line - 1] = true;
    patch->new[line - 1] = text;
}

static void print_hunk(FILE *out, const struct patch *patch, size_t from, size_t to,
                       size_t shift)
{
    size_t removed = 0, changed = 0, added = 0;

    for (size_t i = from; i < to; i++) {
        changed += patch->changed[i];
        removed += patch->changed[i] && !patch->new[i];
    }
    if (to == patch->old.count)
        added = json_array_size(patch->added);
    if (changed + added == 0)
        return;
    size_t lines = to - from, result = lines - removed + added;
    (void)fprintf(out, "@@ -%zu,%zu +%zu,%zu @@\n", lines ? from + 1 : 0, lines,
                  result ? from + 1 - shift : 0, result);
    for (size_t i = from; i < to; i++) {
        (void)fprintf(out, "%c%s\n", patch->changed[i] ? '-' : ' ', patch->old.items[i]);
        if (patch->new[i])
            (void)fprintf(out, "+%s\n", patch->new[i]);
    }
    for (size_t i = 0; i < added; i++)
        (void)fprintf(out, "+%s\n", json_string_value(json_array_get(patch->added, i)));
}

/* The end of the hunk that has the change at line `at` + 1: where no other is near. */
static size_t hunk_end(const struct patch *patch, size_t at)
{
    size_t count = patch->old.count, last = at;

    for (size_t i = at; i < count && i <= last + 2 * context; i++)
        if (patch->changed[i])
            last = i;
    size_t end = last + context + 1;
    bool adds = json_array_size(patch->added) > 0 && end + context >= count;
    return end > count || adds ? count : end;
}

static bool is_edited(const struct patch *patch)
{
    size_t i = 0;

    while (i < patch->old.count && !patch->changed[i])
        i++;
    return i < patch->old.count || json_array_size(patch->added) > 0;
}

/* A renamed file as git has it. */
static void print_names(FILE *out, const struct patch *patch)
{
    bool is_new = patch->old.count == 0;
    const char *to = patch->to ? patch->to : patch->file;

    if (patch->to)
        (void)fprintf(out, "diff --git a/%s b/%s\nrename from %s\nrename to %s\n",
                      patch->file, to, patch->file, to);
    if (is_edited(patch))
        (void)fprintf(out, "--- %s%s\n+++ b/%s\n", is_new ? "" : "a/",
                      is_new ? "/dev/null" : patch->file, to);
}

static void print_diff(FILE *out, const struct patch *patch)
{
    size_t count = patch->old.count, shift = 0, end = 0;

    print_names(out, patch);
    for (size_t i = 0; i < count; i++) {
        if (!patch->changed[i])
            continue;
        size_t from = i < context + end ? end : i - context;
        end = hunk_end(patch, i);
        print_hunk(out, patch, from, end, shift);
        for (; i < end; i++)
            shift += patch->changed[i] && !patch->new[i];
        i = end - 1;
    }
    if (json_array_size(patch->added) > 0 && end < count + (count == 0))
        print_hunk(out, patch, count < context + end ? end : count - context, count, shift);
}

/* link() and not rename(), which would replace a file that is there. */
static int rename_file(const char *path, const char *root, const char *to,
                       struct cog_diags *diags)
{
    auto_free char *new = cog_path_join(root, to);

    if (link(path, new) == 0 && unlink(path) == 0)
        return 0;
    return cog_report(diags, COG_FAILURE, (struct cog_pos){.file = to}, "machine.write",
                      "cannot rename %s: %s", path, strerror(errno));
}

static int write_file(const struct patch *patch, const char *root, struct cog_diags *diags)
{
    const char *ends = patch->old.windows ? "\r\n" : "\n";
    auto_free char *path = cog_path_join(root, patch->file), *text = NULL;
    const json_t *line;
    size_t index, size;
    FILE *out = cog_text_open(&text, &size);

    for (size_t i = 0; i < patch->old.count; i++) {
        const char *kept = patch->changed[i] ? patch->new[i] : patch->old.items[i];
        if (kept)
            (void)fprintf(out, "%s%s", kept, ends);
    }
    json_array_foreach(patch->added, index, line) {
        (void)fprintf(out, "%s%s", json_string_value(line), ends);
    }
    cog_text_close(out, &text);
    if (cog_replace_file(path, text, size, diags) < 0)
        return -1;
    return patch->to ? rename_file(path, root, patch->to, diags) : 0;
}

/* Lines before a diff are passed over by what reads it. */
static void print_fixed(FILE *out, const json_t *findings)
{
    const json_t *finding;
    size_t index;

    json_array_foreach(findings, index, finding) {
        if (json_object_get(finding, "edits"))
            (void)fprintf(out, "Fixed: %s [%s]\n",
                          json_string_value(json_object_get(finding, "message")),
                          json_string_value(json_object_get(finding, "rule")));
    }
}

/* Takes the edits of one file that stand in the findings. */
static int patch_file(FILE *out, const json_t *findings, const char *root, const char *file,
                      struct cog_diags *diags)
{
    struct patch patch;
    const json_t *finding, *edit;
    size_t i, j;

    load(&patch, root, file);
    json_array_foreach(findings, i, finding) {
        json_array_foreach(json_object_get(finding, "edits"), j, edit) {
            take(&patch, edit);
        }
    }
    print_diff(out, &patch);
    int result = write_file(&patch, root, diags);
    release(&patch);
    return result;
}

/* Before anything is edited. */
static int check_renames(const json_t *findings, const char *root, struct cog_diags *diags)
{
    const json_t *finding, *edit;
    size_t i, j;
    int result = 0;

    json_array_foreach(findings, i, finding) {
        json_array_foreach(json_object_get(finding, "edits"), j, edit) {
            const char *to = json_string_value(json_object_get(edit, "to"));
            auto_free char *path = to ? cog_path_join(root, to) : NULL;
            if (path && access(path, F_OK) == 0)
                result = cog_report(diags, COG_ERROR, (struct cog_pos){.file = to},
                                    "doctor.exists",
                                    "%s already exists, and %s would become it; rename or "
                                    "remove one of them",
                                    to, json_string_value(json_object_get(edit, "file")));
        }
    }
    return result;
}

char *cog_findings_apply(const json_t *findings, const char *root, struct cog_diags *diags)
{
    json_auto_t *files = json_object();
    const json_t *finding, *edit;
    const char *file;
    json_t *unused;
    size_t i, j, size;
    char *text;
    int result = 0;

    if (check_renames(findings, root, diags) < 0)
        return NULL;
    json_array_foreach(findings, i, finding) {
        json_array_foreach(json_object_get(finding, "edits"), j, edit) {
            json_object_set_new(files, json_string_value(json_object_get(edit, "file")),
                                json_null());
        }
    }
    FILE *out = cog_text_open(&text, &size);
    print_fixed(out, findings);
    json_object_foreach(files, file, unused) {
        result |= patch_file(out, findings, root, file, diags);
    }
    cog_text_close(out, &text);
    if (result == 0)
        return text;
    free(text);
    return NULL;
}
