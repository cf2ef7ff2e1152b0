/* fixes.c - edits of cog.yaml for what is safe to put right: a line is changed or removed,
 * and all others, with their comments, stay. */
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "doctor/doctor.h"
#include "doctor/lines.h"

static size_t indent_of(const char *line)
{
    return strspn(line, " ");
}

static bool is_blank(const char *line)
{
    return line[strspn(line, " \t")] == '\0';
}

/* The length of "key:" behind the indentation; 0 when the line does not begin with one. */
static size_t key_length(const char *line)
{
    size_t length = strspn(line, "abcdefghijklmnopqrstuvwxyz_");

    return length > 0 && line[length] == ':' ? length : 0;
}

/* The last line of the value that the key on `first` has: lines that are deeper, and the
 * items of a list, which may stand as far left as the key. */
static size_t last_line(const struct cog_doctor_lines *lines, size_t first)
{
    size_t indent = indent_of(lines->items[first - 1]), last = first;

    for (size_t i = first; i < lines->count; i++) {
        const char *line = lines->items[i];
        size_t depth = indent_of(line);
        if (is_blank(line))
            continue;
        if (depth < indent || (depth == indent && strncmp(line + depth, "- ", 2) != 0))
            break;
        last = i + 1;
    }
    return last;
}

static void remove_key(json_t *finding, const char *file,
                       const struct cog_doctor_lines *lines, size_t line)
{
    const char *text = lines->items[line - 1];

    if (key_length(text + indent_of(text)) == 0)
        return;
    json_object_set_new(finding, "fix", json_string("remove it"));
    for (size_t last = last_line(lines, line); line <= last; line++)
        cog_finding_edit(finding, file, line, NULL);
}

/* The value of the key on the line, as far as it is one word. The caller frees it. */
static char *value_of(const char *line)
{
    const char *value = strchr(line, ':') + 1;

    value += strspn(value, " \"'");
    return cog_strndup(value, strcspn(value, " \"'"));
}

/* Where the file of the model may be named, too. */
static bool is_train(const char *line)
{
    return strncmp(line, "train:", 6) == 0;
}

static void edit_train(json_t *finding, const char *file,
                       const struct cog_doctor_lines *lines)
{
    for (size_t i = 0; i < lines->count; i++) {
        auto_free char *edited =
            cog_word_replace(cog_strdup(lines->items[i]), "predict.py", "run.py");
        if (is_train(lines->items[i]) && strcmp(edited, lines->items[i]) != 0)
            cog_finding_edit(finding, file, i + 1, edited);
    }
}

/* The key predict becomes run, and the predictor a runner. */
static void rename_predict(json_t *finding, struct cog_checkup *checkup, const char *file,
                           const struct cog_doctor_lines *lines, size_t line)
{
    const char *text = lines->items[line - 1];
    size_t indent = indent_of(text), length = key_length(text + indent);

    if (length == 0)
        return;
    for (size_t i = 0; i < lines->count; i++)
        if (i != line - 1 && !is_train(lines->items[i]))
            cog_check_use(checkup, lines->items[i]);
    auto_free char *reference = value_of(text);
    bool renamed = cog_migrate(finding, checkup, reference);
    auto_free char *edited =
        cog_printf("%.*srun%s", (int)indent, text, text + indent + length);
    if (renamed) {
        edited = cog_word_replace(edited, "predict.py", "run.py");
        edit_train(finding, file, lines);
    }
    cog_finding_edit(finding, file, line, edited);
    json_object_set_new(finding, "fix", json_string(edited + indent));
}

static void fix(json_t *finding, struct cog_checkup *checkup)
{
    const char *rule = json_string_value(json_object_get(finding, "rule"));
    const char *file = json_string_value(json_object_get(finding, "file"));
    const char *message = json_string_value(json_object_get(finding, "message"));
    size_t line = (size_t)json_integer_value(json_object_get(finding, "line"));
    bool gone = strcmp(rule, "config.gone") == 0;
    bool predict = strcmp(rule, "config.deprecated") == 0 && strstr(message, "\"predict\"");
    struct cog_doctor_lines lines;

    if (!file || !line || (!gone && !predict) ||
        !cog_doctor_lines_read(&lines, checkup->root, file))
        return;
    if (line <= lines.count && gone)
        remove_key(finding, file, &lines, line);
    else if (line <= lines.count)
        rename_predict(finding, checkup, file, &lines, line);
    cog_doctor_lines_release(&lines);
}

void cog_findings_fix(struct cog_checkup *checkup)
{
    json_t *finding;
    size_t index;

    json_array_foreach(checkup->findings, index, finding) {
        fix(finding, checkup);
    }
}
