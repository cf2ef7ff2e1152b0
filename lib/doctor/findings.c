/* findings.c - the list of findings: added to, sorted, told to people. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/text.h"
#include "doctor/doctor.h"

static const char *const severities[] = {"error", "warning", "note"};

json_t *cog_finding_add(json_t *findings, const char *severity, const char *rule,
                        struct cog_pos at, const char *message, const char *fix)
{
    json_t *finding = json_pack("{s:s, s:s, s:s}", "rule", rule, "severity", severity,
                                "message", message);

    if (at.file)
        json_object_set_new(finding, "file", json_string(at.file));
    if (at.file && at.line)
        json_object_set_new(finding, "line", json_integer(at.line));
    if (fix)
        json_object_set_new(finding, "fix", json_string(fix));
    json_array_append_new(findings, finding);
    return finding;
}

void cog_finding_edit(json_t *finding, const char *file, size_t line, const char *text)
{
    json_t *edits = json_object_get(finding, "edits");

    if (!edits) {
        edits = json_array();
        json_object_set_new(finding, "edits", edits);
    }
    json_array_append_new(edits, json_pack("{s:s, s:I, s:s?}", "file", file, "line",
                                           (json_int_t)line, "text", text));
}

void cog_finding_rename(json_t *finding, const char *file, const char *to)
{
    if (!json_object_get(finding, "edits"))
        json_object_set_new(finding, "edits", json_array());
    json_array_append_new(json_object_get(finding, "edits"),
                          json_pack("{s:s, s:s}", "file", file, "to", to));
}

static const char *text_of(const json_t *finding, const char *key)
{
    const char *text = json_string_value(json_object_get(finding, key));

    return text ? text : "";
}

static size_t rank(const json_t *finding)
{
    size_t i = 0;

    while (i < 2 && strcmp(severities[i], text_of(finding, "severity")) != 0)
        i++;
    return i;
}

/* What is at the same place stays as it was found: qsort() gets the order of the list, too.
 */
struct ranked {
    json_t *finding;
    size_t order;
};

static int compare(const void *left, const void *right)
{
    const struct ranked *a = left, *b = right;
    size_t first = rank(a->finding), second = rank(b->finding);
    int files = strcmp(text_of(a->finding, "file"), text_of(b->finding, "file"));
    json_int_t lines = json_integer_value(json_object_get(a->finding, "line")) -
                       json_integer_value(json_object_get(b->finding, "line"));

    if (first != second)
        return first < second ? -1 : 1;
    if (files != 0)
        return files;
    if (lines != 0)
        return lines < 0 ? -1 : 1;
    return a->order < b->order ? -1 : 1;
}

void cog_findings_sort(json_t *findings)
{
    size_t count = json_array_size(findings);
    auto_free struct ranked *list = cog_calloc(count, sizeof *list);

    for (size_t i = 0; i < count; i++)
        list[i] = (struct ranked){json_incref(json_array_get(findings, i)), i};
    qsort(list, count, sizeof *list, compare);
    json_array_clear(findings);
    for (size_t i = 0; i < count; i++)
        json_array_append_new(findings, list[i].finding);
}

static void print_one(FILE *out, const json_t *finding)
{
    json_int_t line = json_integer_value(json_object_get(finding, "line"));
    const char *file = text_of(finding, "file"), *fix = text_of(finding, "fix");

    if (*file)
        (void)fprintf(out, "%s:", file);
    if (line)
        (void)fprintf(out, "%" JSON_INTEGER_FORMAT ":", line);
    (void)fprintf(out, "%s%s: %s [%s]\n", *file ? " " : "", text_of(finding, "severity"),
                  text_of(finding, "message"), text_of(finding, "rule"));
    if (*fix)
        (void)fprintf(out, "    Remediation: %s%s\n", fix,
                      json_object_get(finding, "edits") ? " (cog doctor --fix does it)"
                                                        : "");
}

char *cog_findings_text(const json_t *findings)
{
    const json_t *finding;
    size_t index, size, counts[3] = {0};
    char *text;
    FILE *out = cog_text_open(&text, &size);

    json_array_foreach(findings, index, finding) {
        print_one(out, finding);
        counts[rank(finding)]++;
    }
    if (json_array_size(findings) == 0)
        (void)fputs("nothing is wrong\n", out);
    else
        for (size_t i = 0; i < 3; i++)
            (void)fprintf(out, "%zu %s%s%s", counts[i], severities[i],
                          counts[i] == 1 ? "" : "s", i < 2 ? ", " : "\n");
    cog_text_close(out, &text);
    return text;
}
