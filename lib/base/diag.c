/* diag.c - diagnostics: collected, then printed as text or as JSON lines. */
#include "base/diag.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/exit.h"
#include "base/printable.h"
#include "base/text.h"

struct cog_diag {
    enum cog_severity severity;
    char *file, *message;
    json_t *output; /* an array of lines; NULL: none are quoted */
    const char *code;
    unsigned line, column;
};

static const char *const severity_names[] = {"warning", "error", "error"};

void cog_diags_init(struct cog_diags *diags, const char *program)
{
    *diags = (struct cog_diags){.program = program};
}

static void forget(struct cog_diags *diags)
{
    for (size_t i = 0; i < diags->count; i++) {
        free(diags->items[i].file);
        free(diags->items[i].message);
        json_decref(diags->items[i].output);
    }
    free(diags->items);
    diags->items = NULL;
    diags->count = 0;
}

void cog_diags_release(struct cog_diags *diags)
{
    forget(diags);
}

int cog_report(struct cog_diags *diags, enum cog_severity severity, struct cog_pos at,
               const char *code, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    auto_free char *text = cog_vprintf(fmt, args);
    va_end(args);
    diags->items = cog_realloc(diags->items, diags->count + 1, sizeof *diags->items);
    diags->items[diags->count++] = (struct cog_diag){
        .severity = severity,
        .file = at.file ? cog_printable(at.file) : NULL,
        .message = cog_printable(text),
        .code = code,
        .line = at.line,
        .column = at.column,
    };
    diags->errors += severity >= COG_ERROR;
    diags->failures += severity == COG_FAILURE;
    return severity >= COG_ERROR ? -1 : 0;
}

void cog_diags_quote(struct cog_diags *diags, const char *lines)
{
    json_t *output = json_array();

    for (size_t length; *lines; lines += length + (lines[length] == '\n')) {
        length = strcspn(lines, "\n");
        auto_free char *line = cog_strndup(lines, length);
        auto_free char *text = cog_printable(line);
        json_array_append_new(output, json_string(text));
    }
    json_decref(diags->items[diags->count - 1].output);
    diags->items[diags->count - 1].output = output;
}

/* Indented, so that none of them passes for a diagnostic. */
static void print_output(const json_t *output)
{
    size_t index;
    json_t *line;

    if (json_array_size(output) == 0)
        return;
    (void)fputs("; it said\n", stderr);
    json_array_foreach(output, index, line) {
        (void)fprintf(stderr, "    %s\n", json_string_value(line));
    }
    (void)fputs("   ", stderr);
}

static void print_text(const struct cog_diags *diags, const struct cog_diag *diag)
{
    (void)fputs(diag->file ? diag->file : diags->program, stderr);
    if (diag->line)
        (void)fprintf(stderr, ":%u", diag->line);
    if (diag->line && diag->column)
        (void)fprintf(stderr, ":%u", diag->column);
    (void)fprintf(stderr, ": %s: %s", severity_names[diag->severity], diag->message);
    print_output(diag->output);
    (void)fprintf(stderr, " [%s]\n", diag->code);
}

static void print_json(const struct cog_diags *diags, const struct cog_diag *diag)
{
    json_auto_t *object = json_object();

    json_object_set_new(object, "program", json_string(diags->program));
    json_object_set_new(object, "severity", json_string(severity_names[diag->severity]));
    json_object_set_new(object, "code", json_string(diag->code));
    json_object_set_new(object, "message", json_string(diag->message));
    if (diag->output)
        json_object_set(object, "output", diag->output);
    if (diag->file)
        json_object_set_new(object, "file", json_string(diag->file));
    if (diag->line)
        json_object_set_new(object, "line", json_integer(diag->line));
    if (diag->column)
        json_object_set_new(object, "column", json_integer(diag->column));
    auto_free char *text = json_dumps(object, JSON_COMPACT | JSON_SORT_KEYS);
    (void)fprintf(stderr, "%s\n", text ? text : "{}");
}

static bool goes_before(const struct cog_diag *a, const struct cog_diag *b)
{
    if (!a->file || !b->file || strcmp(a->file, b->file) != 0)
        return false;
    return a->line != b->line ? a->line < b->line : a->column < b->column;
}

/* A stable insertion sort that moves nothing past a diagnostic of another file. */
static void sort(struct cog_diag *items, size_t count)
{
    for (size_t i = 1; i < count; i++)
        for (size_t j = i; j > 0 && goes_before(&items[j], &items[j - 1]); j--) {
            struct cog_diag later = items[j - 1];
            items[j - 1] = items[j];
            items[j] = later;
        }
}

char *cog_diags_messages(const struct cog_diags *diags)
{
    char *text;
    size_t size;
    FILE *stream = cog_text_open(&text, &size);

    for (size_t i = 0; i < diags->count; i++)
        (void)fprintf(stream, "%s%s", i ? "; " : "", diags->items[i].message);
    cog_text_close(stream, &text);
    return text;
}

void cog_diags_flush(struct cog_diags *diags)
{
    sort(diags->items, diags->count);
    for (size_t i = 0; i < diags->count; i++)
        (diags->json ? print_json : print_text)(diags, &diags->items[i]);
    forget(diags);
    (void)fflush(stderr);
}

void cog_diags_text(struct cog_diags *diags, const char *text, size_t size)
{
    cog_diags_flush(diags);
    cog_diags_draw(text, size);
}

void cog_diags_draw(const char *text, size_t size)
{
    (void)fwrite(text, 1, size, stderr);
    (void)fflush(stderr);
}

int cog_diags_status(const struct cog_diags *diags)
{
    if (diags->failures)
        return COG_EXIT_MACHINE;
    return diags->errors ? COG_EXIT_REFUSED : COG_EXIT_OK;
}
